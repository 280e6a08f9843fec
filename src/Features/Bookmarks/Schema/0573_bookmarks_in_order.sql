-- Somebody's bookmarks in order, by the bytes of their ids (see 0545): other people's stay out of the way.
drop index bookmarks_by_user;
create index bookmarks_by_user on bookmarks (user_id, uuid_send(id));
