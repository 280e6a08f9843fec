-- Members who may not write for a while; one timeout each. A new one takes the place of the old one.
create table channel_timeouts (
    id uuid primary key,
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    reason text check (char_length(reason) <= 500),
    issued_by uuid references mt_doc_user (id) on delete set null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    unique (channel_id, user_id)
);

create index channel_timeouts_by_user on channel_timeouts (user_id);
create index channel_timeouts_by_moderator on channel_timeouts (issued_by);
create index channel_timeouts_by_expiry on channel_timeouts (expires_at);
