-- Who wants to be shown as busy or not at all, on every device. Everybody else is shown as they are.
create table presence_choices (
    user_id uuid primary key references mt_doc_user (id) on delete cascade,
    status text not null check (status in ('dnd', 'invisible')),
    chosen_at timestamptz not null
);
