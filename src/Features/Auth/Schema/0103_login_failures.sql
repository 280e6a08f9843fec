-- Failed logins and recoveries by name and network; the network is '' where all networks count together. Names are
-- hashed: people type passwords into the wrong field.
create table login_failures (
    purpose text not null,
    name_hash bytea not null,
    network text not null,
    failures int not null,
    last_failure_at timestamptz not null,
    primary key (purpose, name_hash, network)
);

create index login_failures_time on login_failures (last_failure_at);
