create table channel_warnings (
    id uuid primary key,
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    reason text not null check (char_length(reason) between 1 and 1000),
    issued_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null
);

create index channel_warnings_of_member on channel_warnings (channel_id, user_id, created_at desc);
create index channel_warnings_by_user on channel_warnings (user_id);
create index channel_warnings_by_moderator on channel_warnings (issued_by);

-- Moderators read what was done in their community, newest first.
create index audit_log_community on audit_log ((metadata ->> 'community_id'), id desc)
    where metadata ? 'community_id';
