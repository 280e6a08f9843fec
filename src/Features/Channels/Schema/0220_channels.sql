-- Members and bans of channels. Roles: 0 member, 1 moderator, 2 admin, 3 owner.
alter table mt_doc_channel add constraint mt_doc_channel_group_id_fkey
    foreign key (group_id) references mt_doc_group (id) on delete cascade;

create table channel_members (
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    role smallint not null default 0 check (role between 0 and 3),
    joined_at timestamptz not null,
    primary key (channel_id, user_id)
);

create index channel_members_by_user on channel_members (user_id, channel_id);
create index channel_members_by_rank on channel_members (channel_id, role desc, joined_at, user_id);
create unique index channel_members_one_owner on channel_members (channel_id) where role = 3;

create table channel_bans (
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    reason text check (char_length(reason) <= 500),
    banned_by uuid references mt_doc_user (id) on delete set null,
    banned_at timestamptz not null,
    primary key (channel_id, user_id)
);

create index channel_bans_by_user on channel_bans (user_id);
create index channel_bans_by_moderator on channel_bans (banned_by);
