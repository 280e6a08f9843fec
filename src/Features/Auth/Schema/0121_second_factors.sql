-- Second factors. The secret is sealed with the instance's key (version, nonce, ciphertext, tag); codes up to last_step
-- are used up; backup codes are keyed and slowly hashed.
create table second_factors (
    user_id uuid primary key references mt_doc_user (id) on delete cascade,
    secret bytea not null,
    -- Null between set-up and the first right code.
    enabled_at timestamptz,
    last_step bigint not null default 0,
    backup_codes bytea[] not null default '{}',
    created_at timestamptz not null
);
