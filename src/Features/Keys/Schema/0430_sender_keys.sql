-- A sender key lives no longer than the membership that it was uploaded with: whatever ends the membership, in whatever
-- feature, ends the key in the same transaction, and nobody without a membership can store one.
create table sender_keys (
    channel_id uuid not null,
    user_id uuid not null,
    id uuid not null,
    chain_id bigint not null check (chain_id between 0 and 4294967295),
    -- json, not jsonb: it is given back as it came.
    distribution json not null,
    created_at timestamptz not null,
    primary key (channel_id, user_id),
    foreign key (channel_id, user_id) references channel_members (channel_id, user_id) on delete cascade
);

-- Who got a prekey: limits count it, so that one account cannot empty another one's pool.
alter table one_time_prekeys add column claimed_by uuid references mt_doc_user (id) on delete set null;

create index one_time_prekeys_by_claimant on one_time_prekeys (claimed_by, used_at) where claimed_by is not null;
create index one_time_prekeys_used on one_time_prekeys (user_id, used_at) where used_at is not null;

-- The oldest first; those of one upload in the order of their numbers.
drop index one_time_prekeys_unused;
create index one_time_prekeys_unused on one_time_prekeys (user_id, created_at, key_id) where used_at is null;

-- When the owner was last told that few prekeys are left; null after an upload.
alter table identity_keys add column low_told_at timestamptz;
