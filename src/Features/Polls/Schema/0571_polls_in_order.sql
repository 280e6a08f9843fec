-- A channel's polls in order, by the bytes of their ids, as 0545 does for messages: in the order of the id itself the
-- planner walked over everybody's newer polls.
drop index polls_by_channel;
create index polls_by_channel on polls (channel_id, uuid_send(id));

-- An account that goes is looked up here.
create index polls_by_creator on polls (created_by) where created_by is not null;
