-- What calls there were. Who is in a call right now is decided in memory; these rows follow it.
create table voice_sessions (
    id uuid primary key,
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    started_by uuid references mt_doc_user (id) on delete set null,
    started_at timestamptz not null,
    ended_at timestamptz,
    -- The process that holds the call, and when it last said so: what is left of a process that died is found by it.
    process_id uuid not null,
    seen_at timestamptz not null
);

create index voice_sessions_by_channel on voice_sessions (channel_id, id desc);
create index voice_sessions_by_starter on voice_sessions (started_by);
create index voice_sessions_open on voice_sessions (process_id) where ended_at is null;

create table voice_participants (
    session_id uuid not null references voice_sessions (id) on delete cascade,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    joined_at timestamptz not null,
    left_at timestamptz,
    primary key (session_id, user_id, joined_at)
);

create index voice_participants_by_user on voice_participants (user_id);
create index voice_participants_present on voice_participants (session_id) where left_at is null;
