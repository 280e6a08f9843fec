-- Files go with their channel, and with the message that names them where the server can read that. Messages are an
-- append-only log without foreign keys, so there is none here either.
alter table files add column message_id uuid;

create index files_by_message on files (message_id) where message_id is not null;

-- Contents of files that are gone. The server deletes the bytes that no file shares, beside what people wait for.
create table dropped_contents (
    id bigint generated always as identity primary key,
    storage_path text not null,
    stored_checksum text not null
);

-- Removes files in the transaction that removes what they belong to; the result is what is gone. What is in quarantine
-- stays, and what is reported, itself or its message, goes there: only operators reach it, and delete it when they have
-- judged it.
create function drop_files(doomed uuid[]) returns setof files language plpgsql as $$
begin
    update files f set quarantined_at = now()
    where f.id = any (doomed) and f.quarantined_at is null and exists (
        select from reports r where r.target_id in (f.id, f.message_id) and r.status in ('pending', 'reviewed')
    );
    return query
    with gone as (
        delete from files where id = any (doomed) and quarantined_at is null returning *
    ),
    noted as (
        insert into dropped_contents (storage_path, stored_checksum)
        select distinct storage_path, stored_checksum from gone
    )
    select * from gone;
    if found then
        perform pg_notify('contents_dropped', '');
    end if;
end
$$;

-- However a channel goes: by itself, with its group, its community or the other person of a direct message. The row is
-- locked by now, so an upload to it has committed and is seen here, or waits and finds no channel.
create function drop_files_of_channel() returns trigger language plpgsql as $$
begin
    perform drop_files(array_agg(id)) from files where channel_id = old.id having count(*) > 0;
    return old;
end
$$;

create trigger drop_files_of_channel before delete on mt_doc_channel
    for each row execute function drop_files_of_channel();
