-- Operators may open what was reported: each of their downloads asks.
create index reports_by_target on reports (target_id) where status in ('pending', 'reviewed');
