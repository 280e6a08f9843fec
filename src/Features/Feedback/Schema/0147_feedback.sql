-- What people tell the operators about the product; kept here whether or not it is filed elsewhere too.
create table feedback (
    id uuid primary key,
    user_id uuid references mt_doc_user (id) on delete set null,
    category text not null check (category in ('bug', 'feature', 'ui', 'other')),
    title text not null check (char_length(title) between 1 and 200),
    description text not null check (char_length(description) between 1 and 5000),
    screenshot bytea check (length(screenshot) <= 5242880),
    screenshot_type text,
    issue_number int,
    created_at timestamptz not null,
    check ((screenshot is null) = (screenshot_type is null))
);

create index feedback_newest on feedback (created_at desc, id desc);
create index feedback_by_user on feedback (user_id, created_at);
