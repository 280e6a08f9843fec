-- What a webhook's holder called a post of theirs (Idempotency-Key): a repeat after a lost answer makes no second message.
-- Written by the commit that stores the message, forgotten after two days. Without a reference: a webhook that is deleted at
-- the same moment must not take the batch of messages with it.
create table webhook_posts (
    webhook_id uuid not null,
    key text not null check (char_length(key) between 1 and 64),
    message_id uuid not null unique,
    posted_at timestamptz not null,
    primary key (webhook_id, key)
);

create index webhook_posts_by_time on webhook_posts (posted_at);
