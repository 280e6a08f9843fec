-- The few operators among all accounts. How few they are the planner learns from the statistics.
create index mt_doc_user_operators on mt_doc_user (id)
    where (data ->> 'is_admin')::boolean or (data ->> 'is_owner')::boolean;
create statistics mt_doc_user_ranks on ((data ->> 'is_admin')::boolean), ((data ->> 'is_owner')::boolean)
    from mt_doc_user;

-- Parts of names and addresses, from three letters on. Without a list of pending entries, which each search would read
-- through: accounts change rarely. Where the extension cannot be had, a search reads all accounts.
do $$
begin
    create extension if not exists pg_trgm;
    create index mt_doc_user_by_part on mt_doc_user using gin (
        (data ->> 'username_key') gin_trgm_ops, lower(data ->> 'display_name') gin_trgm_ops,
        (data ->> 'email_key') gin_trgm_ops
    ) with (fastupdate = off);
exception when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'pg_trgm is not available: searches for people read all accounts';
end
$$;

analyze mt_doc_user;
