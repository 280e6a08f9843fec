-- What operators list by something else than its time alone, in order of the time, as an expression that the indexes by
-- time do not have: asked for the time itself, the planner may walk over all newer rows of other kinds.
drop index audit_log_user, audit_log_action;
create index audit_log_user on audit_log (user_id, (created_at at time zone 'UTC') desc, id desc);
create index audit_log_action on audit_log (action, (created_at at time zone 'UTC') desc, id desc);

drop index reports_by_status;
create index reports_by_status on reports (status, (created_at at time zone 'UTC') desc, id desc);

create index webhooks_newest on webhooks (created_at desc, id desc);
