-- When somebody joined, as a position in the channel: the list of unread channels needs it for each channel without a
-- cursor, and working it out anew took it half of its time.
alter table channel_members
    add column joined_message_id uuid not null generated always as (first_message_id_at(joined_at)) stored;
