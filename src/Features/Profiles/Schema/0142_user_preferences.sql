-- What clients keep in sync between a user's devices. The server does not look inside.
create table user_preferences (
    user_id uuid primary key references mt_doc_user (id) on delete cascade,
    preferences jsonb not null check (jsonb_typeof(preferences) = 'object'),
    updated_at timestamptz not null
);
