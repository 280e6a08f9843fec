create table audit_log (
    id uuid primary key,
    -- Who did it; null once the account is gone, or when nobody was signed in.
    user_id uuid references mt_doc_user (id) on delete set null,
    action text not null check (length(action) <= 64),
    ip_address text,
    user_agent text,
    metadata jsonb,
    created_at timestamptz not null
);

create index audit_log_user on audit_log (user_id, created_at desc);
create index audit_log_action on audit_log (action, created_at desc);
create index audit_log_time on audit_log (created_at);
