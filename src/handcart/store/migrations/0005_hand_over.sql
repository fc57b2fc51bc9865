-- Links that take guests' carts to another domain.

SET lock_timeout = '5s';

CREATE TABLE hand_overs (
    hash        bytea PRIMARY KEY,
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    cart_id     uuid NOT NULL,
    owner       text NOT NULL,
    from_site   text NOT NULL,
    to_site     text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz
);
CREATE INDEX hand_overs_by_expiry ON hand_overs (expires_at);
