-- Entries gather in a list and are merged into the index once a batch, in order, which costs a fifth of inserting them one
-- by one. Searches read the list, too, so whoever adds a batch merges it in the same transaction (see TextIndex).
alter index message_texts_by_word set (fastupdate = on, gin_pending_list_limit = 65536);

alter index if exists message_texts_by_part set (fastupdate = on, gin_pending_list_limit = 65536);
