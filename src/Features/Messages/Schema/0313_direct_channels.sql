-- Direct channels whose first message was delivered: both people know the channel from then on.
create table direct_introductions (
    channel_id uuid primary key references mt_doc_channel (id) on delete cascade,
    introduced_at timestamptz not null
);

-- Servers remember who shares a community with whom. Whoever changes these rows tells them, in the same transaction.
create function tell_communities_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('communities_changed', user_id::text) from changed group by user_id;
    return null;
end
$$;

create trigger tell_joined_communities after insert on community_members
    referencing new table as changed for each statement execute function tell_communities_changed();
create trigger tell_left_communities after delete on community_members
    referencing old table as changed for each statement execute function tell_communities_changed();
