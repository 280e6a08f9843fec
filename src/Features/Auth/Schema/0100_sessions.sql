-- One row is one login of one device. Its refresh token changes with every use, the row stays.
create table sessions (
    id uuid primary key,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    -- SHA-256 of the first half of the token, which all tokens of the session share.
    family_hash bytea not null unique,
    -- SHA-256 of the whole token that is valid now.
    token_hash bytea not null,
    -- Tokens that were replaced moments ago, oldest first: SHA-256, what turned them into their successor, and when.
    rotated_hashes bytea[] not null default '{}',
    rotated_salts bytea[] not null default '{}',
    rotated_at timestamptz[] not null default '{}',
    device_name text,
    ip_address text,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    -- Moves with every use, but never beyond ends_at.
    expires_at timestamptz not null,
    ends_at timestamptz not null,
    revoked_at timestamptz
);

create index sessions_live on sessions (user_id, last_used_at) where revoked_at is null;
create index sessions_expiry on sessions (expires_at);
