-- Webhooks: who is told of what, and every attempt to tell them.

SET lock_timeout = '5s';

CREATE TABLE webhooks (
    project              text NOT NULL REFERENCES projects ON DELETE CASCADE,
    event                text NOT NULL CHECK (event IN ('orderSubmit', 'cartMerge')),
    version              bigint NOT NULL,
    enabled              boolean NOT NULL,
    document             bytea NOT NULL,
    secret               text NOT NULL,
    former_secret        text,
    former_secret_until  timestamptz,
    -- What was recorded up to here is queued; meaningless in another cluster than the one that numbered it.
    read_transaction     xid8 NOT NULL,
    read_id              uuid NOT NULL,
    cluster              bigint NOT NULL,
    enabled_at           timestamptz NOT NULL,
    PRIMARY KEY (project, event)
);

CREATE TABLE webhook_deliveries (
    project     text NOT NULL,
    id          uuid NOT NULL,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    event       text NOT NULL,
    source_id   uuid NOT NULL,
    cart_id     uuid NOT NULL,
    version     bigint NOT NULL,
    state       text NOT NULL CHECK (state IN ('Pending', 'Delivered', 'Failed')),
    document    bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (project, id),
    CONSTRAINT one_delivery_per_event UNIQUE (project, event, source_id),
    FOREIGN KEY (project, event) REFERENCES webhooks ON DELETE CASCADE
);
CREATE INDEX deliveries_of_webhook ON webhook_deliveries (project, event, number);
CREATE INDEX pending_deliveries_of_cart ON webhook_deliveries (project, event, cart_id, number) WHERE state = 'Pending';

-- In which order orders and merges were committed: the event log has it too, but an index there would cost every cart.
ALTER TABLE orders ADD COLUMN recorded_by xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX orders_by_commit ON orders (project, recorded_by, id);
ALTER TABLE merges ADD COLUMN recorded_by xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX merges_by_commit ON merges (project, recorded_by, id);
