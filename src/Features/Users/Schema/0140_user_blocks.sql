-- Who wants to hear nothing of whom; one row a direction.
create table user_blocks (
    blocker_id uuid not null references mt_doc_user (id) on delete cascade,
    blocked_id uuid not null references mt_doc_user (id) on delete cascade,
    created_at timestamptz not null,
    primary key (blocker_id, blocked_id),
    check (blocker_id <> blocked_id)
);

create index user_blocks_by_blocked on user_blocks (blocked_id);
