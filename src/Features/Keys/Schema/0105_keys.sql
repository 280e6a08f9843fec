create table identity_keys (
    user_id uuid primary key references mt_doc_user (id) on delete cascade,
    identity_key bytea not null check (octet_length(identity_key) = 32),
    fingerprint text not null,
    created_at timestamptz not null,
    rotated_at timestamptz
);

create table signed_prekeys (
    id uuid primary key,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    key_id int not null,
    public_key bytea not null check (octet_length(public_key) = 32),
    signature bytea not null check (octet_length(signature) = 64),
    created_at timestamptz not null,
    unique (user_id, key_id)
);

create table one_time_prekeys (
    id uuid primary key,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    key_id int not null,
    public_key bytea not null check (octet_length(public_key) = 32),
    used_at timestamptz,
    created_at timestamptz not null,
    unique (user_id, key_id)
);

-- The next prekey to hand out and how many are left, both without touching used ones.
create index one_time_prekeys_unused on one_time_prekeys (user_id, id) where used_at is null;
