-- What a message said before each of its edits; ids grow with time. Written in the transaction of the edit.
create table message_edits (
    id uuid primary key,
    message_id uuid not null references messages (id) on delete cascade,
    edited_at timestamptz not null,
    nonce bytea not null,
    ciphertext bytea not null
);

create index message_edits_by_message on message_edits (message_id, id);
