create table announcements (
    id uuid primary key,
    title text not null check (char_length(title) between 1 and 200),
    body text not null check (char_length(body) between 1 and 5000),
    created_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz
);

create index announcements_newest on announcements (created_at desc, id desc);
create index announcements_by_author on announcements (created_by);

create table announcement_dismissals (
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    announcement_id uuid not null references announcements (id) on delete cascade,
    dismissed_at timestamptz not null,
    primary key (user_id, announcement_id)
);

create index announcement_dismissals_by_announcement on announcement_dismissals (announcement_id);
