-- As before, at a third of the cost: the list of unread channels asks for each channel without a cursor.
create or replace function first_message_id_at(moment timestamptz) returns uuid immutable strict parallel safe language sql as $$
    select (
        encode(substring(int8send((date_part('epoch', moment) * 1000)::bigint) from 3), 'hex') || '00000000000000000000'
    )::uuid
$$;
