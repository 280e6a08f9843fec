-- Accounts that are gone and whose id may still stand in messages. A job takes it out of them and forgets the account.
create table departed_senders (
    user_id uuid primary key,
    departed_at timestamptz not null
);
