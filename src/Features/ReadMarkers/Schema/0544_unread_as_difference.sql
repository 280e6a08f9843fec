-- Where a channel stood when somebody joined, and how far they have read, as positions: what is unread is then a difference
-- of two numbers, and no message has to be looked up for it.
alter table channel_members add column joined_position bigint not null default 0;
alter table read_cursors add column position bigint;

create function position_before(channel uuid, message uuid) returns bigint stable parallel safe language sql as $$
    select coalesce(
        (select m.position - 1 from messages m where m.channel_id = channel and m.id > message order by m.id limit 1),
        (select head.position from channel_heads head where head.channel_id = channel),
        0
    )
$$;

update channel_members set joined_position = position_before(channel_id, joined_message_id);
update read_cursors set position = position_before(channel_id, message_id);

drop function position_before;
alter table read_cursors alter column position set not null;

create function note_joined_position() returns trigger language plpgsql as $$
begin
    new.joined_position := coalesce((select position from channel_heads where channel_id = new.channel_id), 0);
    return new;
end
$$;

create trigger note_joined_position before insert on channel_members
    for each row execute function note_joined_position();
