-- Orders that members of staff draft, and the links by which anonymous shoppers go on with them.

SET lock_timeout = '5s';

ALTER TABLE orders
    ADD COLUMN drafted_by uuid,
    ADD COLUMN prepared_cart uuid,
    ADD COLUMN submitted_at timestamptz;
CREATE INDEX pending_orders_of_staff ON orders (project, drafted_by) WHERE status = 'Pending';
CREATE UNIQUE INDEX one_prepared_order_per_cart ON orders (project, prepared_cart) WHERE prepared_cart IS NOT NULL;

CREATE TABLE continuations (
    hash        bytea PRIMARY KEY,
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    order_id    uuid NOT NULL,
    owner       text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX continuations_by_expiry ON continuations (expires_at);
