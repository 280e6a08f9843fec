-- Own messages are counted from an index alone, but only where vacuum has noted that everybody sees the rows; else each
-- is fetched. By default vacuum comes after a fifth of the table is new.
alter table messages set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);

-- An account that goes is looked up here.
create index slow_mode_marks_by_user on slow_mode_marks (user_id);
