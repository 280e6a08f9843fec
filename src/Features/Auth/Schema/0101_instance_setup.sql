-- At most one row, written with the first account and kept when that account goes: nobody becomes owner by being early
-- a second time.
create table instance_setup (
    is_done boolean primary key default true check (is_done),
    owner_id uuid not null,
    done_at timestamptz not null
);

insert into instance_setup (owner_id, done_at)
select id, now() from mt_doc_user order by (data ->> 'is_owner')::boolean desc, id limit 1;

create unique index mt_doc_user_one_owner on mt_doc_user ((data ->> 'is_owner')) where (data ->> 'is_owner')::boolean;
