-- One archive a person, with everything that is held about them. The row stays when the archive is gone, to say so.
create table personal_exports (
    user_id uuid primary key references mt_doc_user (id) on delete cascade,
    id uuid not null unique,
    state text not null check (state in ('waiting', 'running', 'ready', 'failed', 'downloaded', 'expired')),
    -- Percent.
    progress int not null default 0 check (progress between 0 and 100),
    size_bytes bigint,
    requested_at timestamptz not null,
    -- A process that died while it ran is noticed by this.
    touched_at timestamptz not null,
    expires_at timestamptz
);

create index personal_exports_open on personal_exports (state, touched_at)
    where state in ('waiting', 'running', 'ready');
