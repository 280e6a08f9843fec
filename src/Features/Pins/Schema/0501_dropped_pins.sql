-- Whoever hides or removes a message, however many at once, drops its pin; every process hears of it and tells its readers.
-- An unpinned message that everybody still sees is told by who unpinned it.
create function tell_dropped_pins() returns trigger language plpgsql as $$
begin
    perform pg_notify('pin_dropped', pin.channel_id || ' ' || pin.message_id)
    from dropped pin
    where not exists (
        select from messages m where m.id = pin.message_id and m.deleted_at is null and m.quarantined_at is null
    );
    return null;
end
$$;

create trigger tell_dropped_pins after delete on pins
    referencing old table as dropped for each statement execute function tell_dropped_pins();
