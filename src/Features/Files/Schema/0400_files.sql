-- Uploaded files. Bytes are kept once for each content: files with equal stored bytes share a storage key, and the bytes go
-- with the last of them.
create table files (
    id uuid primary key,
    -- Null once the account is gone; the wire shows the zero id then.
    uploader_id uuid references mt_doc_user (id) on delete set null,
    channel_id uuid references mt_doc_channel (id) on delete set null,
    -- In clear, whatever the wire calls it.
    name text not null check (octet_length(name) <= 512),
    size_bytes bigint not null check (size_bytes >= 0),
    content_type text check (octet_length(content_type) <= 128),
    -- Lower-case hexadecimal SHA-256 of the bytes as they were sent, and as they are kept.
    checksum text not null check (length(checksum) = 64),
    stored_checksum text not null check (length(stored_checksum) = 64),
    -- Relative to the store, never with its root.
    storage_path text not null,
    -- 0 none, 1 made when first asked for, 2 cannot be made.
    thumbnail smallint not null default 0 check (thumbnail between 0 and 2),
    exif_stripped boolean not null default false,
    quarantined_at timestamptz,
    quarantined_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null
);

-- The quota is a sum over this index, so it can never disagree with the rows.
create index files_by_uploader on files (uploader_id, created_at desc, id desc) include (size_bytes);
create index files_by_channel on files (channel_id) where channel_id is not null;
create index files_by_time on files (created_at desc, id desc);
create index files_by_size on files (size_bytes desc, id desc);
create index files_by_content on files (stored_checksum);
create index files_by_path on files (storage_path);
create index files_in_quarantine on files (quarantined_at) where quarantined_at is not null;
create index files_by_quarantiner on files (quarantined_by) where quarantined_by is not null;

-- Uploads of the current minute, each user: one window for all processes.
create table upload_windows (
    user_id uuid primary key references mt_doc_user (id) on delete cascade,
    began_at timestamptz not null,
    uploads int not null
);

-- Contents that nobody may upload.
create table blocked_hashes (
    id uuid primary key,
    hash text not null unique check (length(hash) = 64 and hash = lower(hash)),
    reason text check (octet_length(reason) <= 500),
    blocked_by uuid references mt_doc_user (id) on delete set null,
    created_at timestamptz not null
);

create index blocked_hashes_by_time on blocked_hashes (created_at desc, id desc);
create index blocked_hashes_by_user on blocked_hashes (blocked_by) where blocked_by is not null;
