create table registration_invites (
    id uuid primary key,
    code text not null unique check (length(code) <= 32),
    created_by uuid references mt_doc_user (id) on delete set null,
    max_uses int check (max_uses > 0),
    used_count int not null default 0 check (max_uses is null or used_count <= max_uses),
    expires_at timestamptz,
    created_at timestamptz not null
);

-- Who came by which invite. An invite that cannot be used has no id here, so that a registration by it fails as a whole.
create table registration_invite_uses (
    user_id uuid primary key references mt_doc_user (id) on delete cascade,
    invite_id uuid not null references registration_invites (id) on delete cascade,
    used_at timestamptz not null
);

create index registration_invite_uses_invite on registration_invite_uses (invite_id);
