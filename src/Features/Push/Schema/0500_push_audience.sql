-- Every process knows from memory who can be woken. Taking that possibility away needs no word: whoever sends reads the
-- subscriptions afresh.
create function tell_push_subscribed() returns trigger language plpgsql as $$
begin
    perform pg_notify('push_subscribed', new.user_id::text);
    return null;
end
$$;

create trigger tell_push_subscribed after insert or update of user_id on push_subscriptions
    for each row execute function tell_push_subscribed();
