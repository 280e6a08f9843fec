-- What its maker called the creation of a webhook (Idempotency-Key): a repeat after a lost answer makes no second one.
alter table webhooks add column client_key text check (char_length(client_key) between 1 and 64);

create unique index webhooks_by_client_key on webhooks (created_by, client_key) where client_key is not null;
