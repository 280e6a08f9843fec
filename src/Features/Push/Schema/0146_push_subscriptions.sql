-- Where a browser can be woken. One browser belongs to whoever subscribed with it last, and goes with their login.
create table push_subscriptions (
    id uuid primary key,
    user_id uuid not null references mt_doc_user (id) on delete cascade,
    session_id uuid not null references sessions (id) on delete cascade,
    endpoint text not null unique check (length(endpoint) <= 2048),
    p256dh_key bytea not null check (length(p256dh_key) = 65),
    auth_key bytea not null check (length(auth_key) = 16),
    failure_count int not null default 0,
    created_at timestamptz not null,
    last_used timestamptz
);

create index push_subscriptions_by_user on push_subscriptions (user_id, created_at);
create index push_subscriptions_by_session on push_subscriptions (session_id);

create function drop_push_of_ended_session() returns trigger language plpgsql as $$
begin
    delete from push_subscriptions where session_id = new.id;
    return null;
end
$$;

create trigger drop_push_of_ended_session after update of revoked_at on sessions
    for each row when (new.revoked_at is not null) execute function drop_push_of_ended_session();
