-- A channel's texts in order, by the bytes of the messages' ids (see 0545), for searches in one channel.
drop index message_texts_by_channel;
create index message_texts_by_channel on message_texts (channel_id, uuid_send(message_id));
