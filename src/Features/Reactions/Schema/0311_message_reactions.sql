-- One row a message, emoji and person.
create table message_reactions (
    message_id uuid not null references messages (id) on delete cascade,
    emoji text not null check (char_length(emoji) between 1 and 32),
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    created_at timestamptz not null,
    primary key (message_id, emoji, user_id)
);

create index message_reactions_by_user on message_reactions (user_id);
