-- One pin a message. A pin goes with its message: also when the message is only hidden (deleted, quarantined), whoever
-- hides it, so that no pin that nobody sees uses up the channel's limit.
create table pins (
    message_id uuid primary key references messages (id) on delete cascade,
    channel_id uuid not null references mt_doc_channel (id) on delete cascade,
    pinned_by uuid references mt_doc_user (id) on delete set null,
    pinned_at timestamptz not null
);

create index pins_by_channel on pins (channel_id, pinned_at desc);
create index pins_by_person on pins (pinned_by);

create function drop_pin_of_hidden_message() returns trigger language plpgsql as $$
begin
    delete from pins where message_id = new.id;
    return null;
end
$$;

create trigger drop_pin_of_hidden_message after update of deleted_at, quarantined_at on messages
    for each row when (new.deleted_at is not null or new.quarantined_at is not null)
    execute function drop_pin_of_hidden_message();
