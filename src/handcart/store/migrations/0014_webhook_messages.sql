-- What a receiver was sent, so that it is sent the same again.

SET lock_timeout = '5s';

ALTER TABLE webhook_deliveries ADD COLUMN message bytea;
