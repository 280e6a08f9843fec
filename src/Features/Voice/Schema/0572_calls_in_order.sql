-- A channel's calls in order, by the bytes of their ids (see 0545): calls of other channels stay out of the way.
drop index voice_sessions_by_channel;
create index voice_sessions_by_channel on voice_sessions (channel_id, uuid_send(id));
