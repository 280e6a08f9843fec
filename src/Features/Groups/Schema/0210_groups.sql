-- Members and invites of groups. Roles: 0 member, 2 admin, 3 owner; groups have no moderators.
alter table mt_doc_group add constraint mt_doc_group_community_id_fkey
    foreign key (community_id) references mt_doc_community (id) on delete cascade;

create table group_members (
    group_id uuid not null references mt_doc_group (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    role smallint not null default 0 check (role in (0, 2, 3)),
    joined_at timestamptz not null,
    primary key (group_id, user_id)
);

create index group_members_by_user on group_members (user_id, group_id);
create index group_members_by_rank on group_members (group_id, role desc, joined_at, user_id);
create unique index group_members_one_owner on group_members (group_id) where role = 3;

create table group_invites (
    id uuid primary key,
    group_id uuid not null references mt_doc_group (id) on delete cascade,
    code text not null unique check (char_length(code) between 1 and 100),
    max_uses integer check (max_uses >= 1),
    used_count integer not null default 0,
    expires_at timestamptz,
    created_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null,
    check (used_count >= 0 and used_count <= max_uses)
);

create index group_invites_by_group on group_invites (group_id, created_at desc);
create index group_invites_by_creator on group_invites (created_by);

-- The count follows the rows, as community_sizes does.
create table group_sizes (
    group_id uuid primary key references mt_doc_group (id) on delete cascade,
    member_count integer not null check (member_count >= 0)
) with (fillfactor = 50);

create function count_group_members() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into group_sizes as sizes (group_id, member_count)
        select group_id, count(*) from changed group by group_id order by group_id
        on conflict (group_id) do update set member_count = sizes.member_count + excluded.member_count;
    else
        perform from group_sizes where group_id in (select group_id from changed) order by group_id for no key update;
        update group_sizes sizes set member_count = sizes.member_count - gone.members
        from (select group_id, count(*) as members from changed group by group_id) gone
        where sizes.group_id = gone.group_id;
    end if;
    return null;
end
$$;

create trigger count_added_members after insert on group_members
    referencing new table as changed for each statement execute function count_group_members();
create trigger count_removed_members after delete on group_members
    referencing old table as changed for each statement execute function count_group_members();
