create table custom_emojis (
    id uuid primary key,
    community_id uuid not null references mt_doc_community (id) on delete cascade,
    shortcode text not null check (shortcode ~ '^[A-Za-z0-9_]{2,32}$'),
    -- Name of the picture in the folder of emoji.
    file_name text not null,
    content_type text not null check (char_length(content_type) <= 64),
    uploaded_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null,
    constraint custom_emojis_shortcode_taken unique (community_id, shortcode)
);

create index custom_emojis_by_uploader on custom_emojis (uploaded_by);
create index custom_emojis_by_file on custom_emojis (file_name);
