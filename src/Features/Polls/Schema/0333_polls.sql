create table polls (
    id uuid primary key,
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    created_by uuid references mt_doc_user (id) on delete set null,
    question text not null,
    options text[] not null,
    multi_select boolean not null,
    anonymous boolean not null,
    closed boolean not null default false,
    expires_at timestamptz,
    created_at timestamptz not null,
    client_key text
);

create index polls_by_channel on polls (channel_id, id desc);

-- A creation that is repeated with the client's own key answers with the first poll.
create unique index polls_by_client_key on polls (created_by, client_key) where client_key is not null;

-- The slot is 0 in single choice and the option in multiple choice: one vote a person is a matter of the key.
create table poll_votes (
    poll_id uuid not null references polls (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    slot smallint not null,
    option_index smallint not null,
    created_at timestamptz not null,
    primary key (poll_id, user_id, slot)
);

create index poll_votes_by_person on poll_votes (user_id);
