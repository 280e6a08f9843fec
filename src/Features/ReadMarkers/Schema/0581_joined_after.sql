-- The message after which somebody joined, read together with the position of it. The moment of joining is taken before the
-- row is written: what was committed in between was behind the position, but not behind the moment.
alter table channel_members
    add column joined_after uuid not null default '00000000-0000-0000-0000-000000000000';

update channel_members set joined_after = joined_message_id;

create or replace function note_joined_position() returns trigger language plpgsql as $$
begin
    select position, last_message_id into new.joined_position, new.joined_after
    from channel_heads where channel_id = new.channel_id;
    new.joined_position := coalesce(new.joined_position, 0);
    new.joined_after := coalesce(new.joined_after, '00000000-0000-0000-0000-000000000000');
    return new;
end
$$;
