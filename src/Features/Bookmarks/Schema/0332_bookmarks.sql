create table bookmarks (
    id uuid primary key,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    message_id uuid not null references messages (id) on delete cascade,
    note text check (char_length(note) <= 500),
    created_at timestamptz not null,
    unique (user_id, message_id)
);

create index bookmarks_by_user on bookmarks (user_id, id desc);
create index bookmarks_by_message on bookmarks (message_id);
