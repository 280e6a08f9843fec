-- Somebody's files by time, as an expression that files_by_time does not have: asked for the time itself, the planner
-- walked over everybody's newer files. The quota is still a sum over this index.
drop index files_by_uploader;
create index files_by_uploader on files (uploader_id, (created_at at time zone 'UTC') desc, id desc)
    include (size_bytes);
