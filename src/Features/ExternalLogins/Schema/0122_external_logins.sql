-- Accounts at the identity provider that people have linked with theirs here.
create table external_identities (
    id uuid primary key,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    issuer text not null,
    subject text not null,
    email text,
    linked_at timestamptz not null,
    unique (issuer, subject)
);

create index external_identities_by_user on external_identities (user_id);

-- Ways through the provider and back that have begun; rows live for minutes.
create table external_login_flows (
    state_hash bytea primary key,
    handoff_hash bytea not null,
    -- Who wants to link their account; null when somebody wants to sign in.
    user_id uuid references mt_doc_user (id) on delete cascade,
    nonce text not null,
    code_verifier text not null,
    started_at timestamptz not null,
    returned_at timestamptz,
    -- Once the provider has said who it is.
    issuer text,
    subject text,
    email text
);

create index external_login_flows_by_time on external_login_flows (started_at);
create index external_login_flows_by_user on external_login_flows (user_id);
