-- Two people have one direct channel, whoever opens it first.
create table dm_pairs (
    user_a uuid not null references mt_doc_user (id) on delete cascade,
    user_b uuid not null references mt_doc_user (id) on delete cascade,
    channel_id uuid not null unique references mt_doc_channel (id) on delete cascade,
    created_at timestamptz not null,
    primary key (user_a, user_b),
    check (user_a < user_b)
);

create index dm_pairs_by_second on dm_pairs (user_b, user_a);
