-- Messages that wait for their time. The row goes with the commit that stores the message. What could not be delivered
-- stays for a week with its reason, for its author to see.
create table scheduled_messages (
    id uuid primary key,
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    ciphertext bytea not null,
    nonce bytea not null,
    content_preview text,
    scheduled_for timestamptz not null,
    created_at timestamptz not null,
    failing_since timestamptz,
    failed_at timestamptz,
    failure text,
    client_key text
);

create index scheduled_messages_due on scheduled_messages (scheduled_for) where failed_at is null;
create index scheduled_messages_by_author on scheduled_messages (user_id, scheduled_for);
create index scheduled_messages_by_channel on scheduled_messages (channel_id);
create unique index scheduled_messages_by_client_key on scheduled_messages (user_id, client_key)
    where client_key is not null;
