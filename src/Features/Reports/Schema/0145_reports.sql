-- What people ask operators to look at. A report stays when its reporter goes or what it is about is deleted.
create table reports (
    id uuid primary key,
    reporter_id uuid references mt_doc_user (id) on delete set null,
    report_type text not null check (report_type in ('message', 'user', 'file')),
    target_id uuid not null,
    -- Where and whose the reported thing was, for the time when it is gone.
    channel_id uuid,
    target_user_id uuid,
    reason text not null check (char_length(reason) between 1 and 2000),
    -- What the reporter read, for messages are encrypted: as the reporter tells it.
    content text check (char_length(content) <= 5000),
    status text not null default 'pending' check (status in ('pending', 'reviewed', 'resolved', 'dismissed')),
    reviewed_by uuid references mt_doc_user (id) on delete set null,
    reviewed_at timestamptz,
    admin_notes text check (char_length(admin_notes) <= 5000),
    created_at timestamptz not null
);

create index reports_newest on reports (created_at desc, id desc);
create index reports_by_status on reports (status, created_at desc);
create index reports_by_reporter on reports (reporter_id, created_at);
create index reports_by_reviewer on reports (reviewed_by);

-- Who reports the same thing again while nobody has looked at it changes the report instead of making another one.
create unique index reports_waiting on reports (reporter_id, report_type, target_id) where status = 'pending';

create table report_reviews (
    id uuid primary key,
    report_id uuid not null references reports (id) on delete cascade,
    status text not null,
    reviewed_by uuid references mt_doc_user (id) on delete set null,
    admin_notes text,
    reviewed_at timestamptz not null
);

create index report_reviews_by_report on report_reviews (report_id, id);
create index report_reviews_by_reviewer on report_reviews (reviewed_by);
