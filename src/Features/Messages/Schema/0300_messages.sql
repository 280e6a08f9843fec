-- One row a channel. Appending to a channel updates its row, and the row's lock is held until the commit: that is what
-- makes commit order, position order and id order the same for everybody, whichever server process wrote.
create table channel_heads (
    channel_id uuid primary key references mt_doc_channel (id) on delete cascade,
    position bigint not null default 0,
    last_message_id uuid not null default '00000000-0000-0000-0000-000000000000'
) with (fillfactor = 50);

-- An append-only log per channel. The id is a version 7 uuid made from created_at, strictly growing within a channel, so
-- it is the paging cursor too. There are no foreign keys on purpose: their checks would cost more than the insert, a
-- missing channel is noticed by its missing head, and senders who leave are cleared by the feature that deletes them.
create table messages (
    id uuid primary key,
    channel_id uuid not null,
    sender_id uuid,
    position bigint not null,
    created_at timestamptz not null,
    edited_at timestamptz,
    deleted_at timestamptz,
    expires_at timestamptz,
    quarantined_at timestamptz,
    sender_key_id uuid,
    reply_to_id uuid,
    thread_id uuid,
    message_type text not null,
    client_id text,
    nonce bytea not null,
    ciphertext bytea not null
);

-- "The newest 50 before X" is one range scan of this index.
create index messages_by_channel on messages (channel_id, id);
create index messages_by_thread on messages (thread_id, id) where thread_id is not null;
create index messages_by_reply_target on messages (reply_to_id) where reply_to_id is not null;
create index messages_to_expire on messages (expires_at) where expires_at is not null;
create index messages_to_collect on messages (deleted_at) where deleted_at is not null;

-- A client that retries with its own id never makes a second message.
create unique index messages_by_client_id on messages (sender_id, client_id) where client_id is not null;

-- When a member last wrote in a channel with slow mode.
create table slow_mode_marks (
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    last_sent timestamptz not null,
    primary key (channel_id, user_id)
);
