-- Places that refresh at once each have a token of their own: older ones that are still valid, oldest first, beside the
-- newest in token_hash. Successors are random, so nothing has to be kept to make them again.
alter table sessions add column older_hashes bytea[] not null default '{}';
alter table sessions drop column rotated_salts;
