-- What operators have changed; a setting without a row has its default.
create table instance_settings (
    key text primary key,
    value text not null,
    updated_at timestamptz not null
);
