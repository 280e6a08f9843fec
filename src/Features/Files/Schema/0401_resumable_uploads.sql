-- Uploads that may be continued. The bytes so far are a file among the drafts; its length is how far the upload has come.
create table resumable_uploads (
    id uuid primary key,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    channel_id uuid references mt_doc_channel (id) on delete cascade,
    name text not null check (octet_length(name) <= 512),
    length_bytes bigint not null check (length_bytes >= 0),
    expires_at timestamptz not null
);

create index resumable_uploads_by_user on resumable_uploads (user_id);
create index resumable_uploads_by_channel on resumable_uploads (channel_id) where channel_id is not null;
create index resumable_uploads_by_expiry on resumable_uploads (expires_at);
