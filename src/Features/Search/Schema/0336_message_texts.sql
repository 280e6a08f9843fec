-- The searchable text of messages that the server can read: plain texts and names of files. Envelopes have no row, so
-- no search ever looks at encrypted content or decodes anything. Filled after the commit (see TextIndex), so that senders
-- do not pay for two large indexes.
create table message_texts (
    message_id uuid primary key references messages (id) on delete cascade,
    channel_id uuid not null,
    body text not null
);

create index message_texts_by_channel on message_texts (channel_id, message_id desc);

-- Without a list of pending entries, which searches would have to read through.
create index message_texts_by_word on message_texts using gin (to_tsvector('simple', body)) with (fastupdate = off);

-- Words are found without it; parts of words only by it. Where the extension cannot be had they cost a scan.
do $$
begin
    create extension if not exists pg_trgm;
    create index message_texts_by_part on message_texts using gin (body gin_trgm_ops) with (fastupdate = off);
exception when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'pg_trgm is not available: searches for parts of words are slow';
end
$$;

-- How far each channel is indexed. Within a channel ids grow with the commit order, so nothing appears behind this.
create table search_progress (
    channel_id uuid primary key references mt_doc_channel (id) on delete cascade,
    last_message_id uuid not null default '00000000-0000-0000-0000-000000000000'
);

-- Messages whose text changed or went after it was indexed.
create table message_texts_due (
    message_id uuid primary key references messages (id) on delete cascade
);

-- The text goes in the transaction that edits or deletes the message, whoever does it, and is looked at once more later:
-- the index may be reading the old text at this moment.
create function forget_message_text() returns trigger language plpgsql as $$
begin
    delete from message_texts where message_id = new.id;
    insert into message_texts_due (message_id) values (new.id) on conflict do nothing;
    return null;
end
$$;

create trigger forget_message_text after update of ciphertext, deleted_at on messages
    for each row when (
        old.ciphertext is distinct from new.ciphertext or old.deleted_at is distinct from new.deleted_at
    )
    execute function forget_message_text();
