-- Who wrote what, channel by channel: one's own messages are not unread, and an account that goes gives up what it wrote.
create index messages_by_sender on messages (sender_id, channel_id, id) where sender_id is not null;

-- Messages that take a position but are not shown. They are few.
create index messages_hidden on messages (channel_id, id) where deleted_at is not null or quarantined_at is not null;

-- Up to which message rows of a channel are gone for good, and with them their positions. Beyond it, positions count
-- messages. A table of its own, because senders hold the channel's head.
create table channel_gaps (
    channel_id uuid primary key,
    last_message_id uuid not null
);

create function note_channel_gaps() returns trigger language plpgsql as $$
begin
    -- In one order, so that two sweeps do not wait for each other crosswise.
    insert into channel_gaps (channel_id, last_message_id)
    select distinct on (channel_id) channel_id, id from removed order by channel_id, id desc
    on conflict (channel_id) do update set last_message_id = excluded.last_message_id
        where channel_gaps.last_message_id < excluded.last_message_id;
    return null;
end
$$;

create trigger note_channel_gaps after delete on messages
    referencing old table as removed for each statement execute function note_channel_gaps();
