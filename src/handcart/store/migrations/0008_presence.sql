-- Who listens to a cart.

SET lock_timeout = '5s';

CREATE UNLOGGED TABLE presences (
    project   text NOT NULL,
    cart_id   uuid NOT NULL,
    listener  uuid NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('shopper', 'agent')),
    staff_id  uuid,
    via_kind  text,
    via_id    text,
    since     timestamptz NOT NULL,
    seen_at   timestamptz NOT NULL,
    PRIMARY KEY (project, cart_id, listener)
) WITH (fillfactor = 50);
