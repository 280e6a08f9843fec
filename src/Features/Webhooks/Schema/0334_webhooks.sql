-- The token is known to its holder only; what is stored is its SHA-256, which finds it.
create table webhooks (
    id uuid primary key,
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    name text not null check (char_length(name) between 1 and 64),
    token_hash bytea not null unique,
    created_by uuid references mt_doc_user (id) on delete set null,
    avatar_url text,
    active boolean not null default true,
    created_at timestamptz not null,
    last_post_at timestamptz
);

create index webhooks_by_channel on webhooks (channel_id, id);
create index webhooks_by_creator on webhooks (created_by);
