-- How far somebody has read a channel. Message ids grow with time, so the id is a position: it stays one when the
-- message itself is gone, which is why nothing references it.
create table read_cursors (
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    message_id uuid not null,
    read_at timestamptz not null,
    primary key (channel_id, user_id)
) with (fillfactor = 80);

create index read_cursors_by_user on read_cursors (user_id, channel_id);

-- The smallest message id of a moment: somebody without a cursor has read everything from before they joined.
create function first_message_id_at(moment timestamptz) returns uuid immutable strict parallel safe language sql as $$
    select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
