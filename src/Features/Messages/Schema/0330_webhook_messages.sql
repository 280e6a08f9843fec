-- Under which name and picture a webhook's message is shown. Nothing else has them, and a null costs no space.
alter table messages add column webhook_name text;
alter table messages add column webhook_avatar text;
