-- Members, invites and bans of communities. Roles: 0 member, 1 moderator, 2 admin, 3 owner.
create table community_members (
    community_id uuid not null references mt_doc_community (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    role smallint not null default 0 check (role between 0 and 3),
    nickname text check (char_length(nickname) between 1 and 64),
    joined_at timestamptz not null,
    primary key (community_id, user_id)
);

create index community_members_by_user on community_members (user_id, community_id);
create index community_members_by_rank on community_members (community_id, role desc, joined_at, user_id);
create unique index community_members_one_owner on community_members (community_id) where role = 3;

create table community_invites (
    id uuid primary key,
    community_id uuid not null references mt_doc_community (id) on delete cascade,
    code text not null unique check (char_length(code) between 1 and 100),
    max_uses integer check (max_uses >= 1),
    used_count integer not null default 0,
    expires_at timestamptz,
    created_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null,
    check (used_count >= 0 and used_count <= max_uses)
);

create index community_invites_by_community on community_invites (community_id, created_at desc);
create index community_invites_by_creator on community_invites (created_by);

create table community_bans (
    community_id uuid not null references mt_doc_community (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    reason text check (char_length(reason) <= 500),
    banned_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null,
    primary key (community_id, user_id)
);

create index community_bans_by_user on community_bans (user_id);
create index community_bans_by_moderator on community_bans (banned_by);
create index community_bans_newest on community_bans (community_id, created_at desc);

-- A list of communities shows how many members each has. Counting thousands of rows for every list is slow, and a
-- counter that each slice keeps would drift: the count follows the rows, whatever changes them.
create table community_sizes (
    community_id uuid primary key references mt_doc_community (id) on delete cascade,
    member_count integer not null check (member_count >= 0)
) with (fillfactor = 50);

create function count_community_members() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into community_sizes as sizes (community_id, member_count)
        select community_id, count(*) from changed group by community_id order by community_id
        on conflict (community_id) do update set member_count = sizes.member_count + excluded.member_count;
    else
        -- Locked in one order, as above, so that two changes of several communities cannot wait for each other.
        perform from community_sizes where community_id in (select community_id from changed)
        order by community_id for no key update;
        update community_sizes sizes set member_count = sizes.member_count - gone.members
        from (select community_id, count(*) as members from changed group by community_id) gone
        where sizes.community_id = gone.community_id;
    end if;
    return null;
end
$$;

create trigger count_added_members after insert on community_members
    referencing new table as changed for each statement execute function count_community_members();
create trigger count_removed_members after delete on community_members
    referencing old table as changed for each statement execute function count_community_members();
