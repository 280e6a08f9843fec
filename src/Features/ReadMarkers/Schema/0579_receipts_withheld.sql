-- The few who do not want to tell how far they have read: asked for each reader of a channel.
create index user_preferences_no_receipts on user_preferences (user_id)
    where preferences -> 'sendReadReceipts' = 'false'::jsonb;
