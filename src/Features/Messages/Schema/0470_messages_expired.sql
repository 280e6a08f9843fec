-- Messages that are past their time and wait for the sweep, channel by channel: they are not unread. Few at any moment, and
-- a message that does not expire costs nothing here.
create index messages_expired on messages (channel_id, expires_at) where expires_at is not null;
