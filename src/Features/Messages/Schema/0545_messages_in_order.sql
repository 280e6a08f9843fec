-- The messages of a channel and of a thread in order, as uuid_send(id): its bytes, which sort as the id does. Only these
-- indexes serve that order. Asked for the order of the id itself, the planner may walk the primary key instead, over
-- everything that was said elsewhere since the channel fell silent.
drop index if exists messages_by_channel, messages_by_thread;
create index messages_by_channel on messages (channel_id, uuid_send(id));
create index messages_by_thread on messages (thread_id, uuid_send(id)) where thread_id is not null;
analyze messages;
