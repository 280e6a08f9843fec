-- All sessions of somebody, ended ones too: for the networks that a login knows, the personal export and the end of the
-- account.
drop index if exists sessions_live;
create index sessions_by_user on sessions (user_id, revoked_at);

-- When a session ended, for the clean-up, which read all sessions for each batch.
drop index if exists sessions_expiry;
create index sessions_by_end on sessions (least(expires_at, revoked_at));

analyze sessions;

create index registration_invites_by_creator on registration_invites (created_by) where created_by is not null;
