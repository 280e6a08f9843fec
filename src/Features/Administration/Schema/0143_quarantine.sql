-- Who hid a message that is kept, and since when. That it is hidden stands in the message itself; a row whose message is
-- gone means nothing.
create table message_quarantines (
    message_id uuid primary key,
    quarantined_by uuid references mt_doc_user (id) on delete set null,
    quarantined_at timestamptz not null
);

create index message_quarantines_newest on message_quarantines (quarantined_at desc, message_id);
create index message_quarantines_by_operator on message_quarantines (quarantined_by);
