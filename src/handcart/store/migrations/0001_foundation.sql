-- Projects, catalogue, customers, tokens, carts, events, orders: the foundation.

SET lock_timeout = '5s';

CREATE TABLE projects (
    key         text PRIMARY KEY,
    document    bytea NOT NULL
);

-- What every process's caches look at: a change bumps its row in the same transaction.
CREATE TABLE changes (
    project     text NOT NULL,
    kind        text NOT NULL,
    epoch       bigint NOT NULL,
    changed_by  xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (project, kind)
);

CREATE TABLE api_clients (
    project      text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id           text NOT NULL,
    secret_hash  bytea NOT NULL,
    name         text NOT NULL,
    scopes       text[] NOT NULL,
    PRIMARY KEY (project, id)
);
-- A token request may name no project: then the client's id and secret say which.
CREATE INDEX api_clients_by_id ON api_clients (id);

CREATE TABLE tokens (
    hash          bytea PRIMARY KEY,
    project       text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('access', 'refresh')),
    client_id     text NOT NULL,
    scope         text NOT NULL,
    customer_id   uuid,
    anonymous_id  text,
    staff_id      uuid,
    device        text NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX tokens_by_device ON tokens (project, device);
CREATE INDEX tokens_by_customer ON tokens (project, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX tokens_by_anonymous_session ON tokens (project, anonymous_id) WHERE anonymous_id IS NOT NULL;
CREATE INDEX tokens_by_staff ON tokens (project, staff_id) WHERE staff_id IS NOT NULL;
CREATE INDEX tokens_by_expiry ON tokens (expires_at);

-- Channels, types, tax categories, zones, shipping methods, customer groups, sites, site groups, business units.
CREATE TABLE resources (
    project      text NOT NULL REFERENCES projects ON DELETE CASCADE,
    kind         text NOT NULL,
    id           text NOT NULL,
    key          text,
    version      bigint NOT NULL,
    document     bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    modified_at  timestamptz NOT NULL,
    PRIMARY KEY (project, kind, id)
);
CREATE UNIQUE INDEX one_resource_per_key ON resources (project, kind, key) WHERE key IS NOT NULL;

CREATE TABLE products (
    project      text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id           uuid NOT NULL,
    key          text,
    version      bigint NOT NULL,
    published    boolean NOT NULL,
    document     bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    modified_at  timestamptz NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE UNIQUE INDEX one_product_per_key ON products (project, key) WHERE key IS NOT NULL;

-- The SKUs of both faces of every product; those that are on offer have the text that a search finds them by.
CREATE TABLE product_skus (
    project      text NOT NULL,
    sku          text NOT NULL,
    product_id   uuid NOT NULL,
    search_text  text,
    CONSTRAINT one_product_per_sku PRIMARY KEY (project, sku),
    FOREIGN KEY (project, product_id) REFERENCES products ON DELETE CASCADE
);
CREATE INDEX product_skus_by_product ON product_skus (project, product_id);

-- Stock by SKU and supply channel ('' is the stock without a channel).
CREATE TABLE inventory (
    project               text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id                    uuid NOT NULL,
    key                   text,
    sku                   text NOT NULL,
    channel_id            text NOT NULL,
    version               bigint NOT NULL,
    quantity_on_stock     bigint NOT NULL,
    available_quantity    bigint NOT NULL,
    restockable_in_days   integer,
    expected_delivery     timestamptz,
    custom                bytea,
    created_at            timestamptz NOT NULL,
    modified_at           timestamptz NOT NULL,
    PRIMARY KEY (project, id),
    CONSTRAINT one_entry_per_sku_and_channel UNIQUE (project, sku, channel_id),
    CONSTRAINT stock_never_below_zero CHECK (available_quantity >= 0)
);
CREATE UNIQUE INDEX one_entry_per_key ON inventory (project, key) WHERE key IS NOT NULL;

CREATE TABLE customers (
    project          text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id               uuid NOT NULL,
    key              text,
    email            text NOT NULL,
    customer_number  text,
    stores           text[] NOT NULL,
    password_hash    text,
    version          bigint NOT NULL,
    document         bytea NOT NULL,
    created_at       timestamptz NOT NULL,
    modified_at      timestamptz NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE UNIQUE INDEX one_customer_per_email ON customers (project, lower(email));
CREATE UNIQUE INDEX one_customer_per_key ON customers (project, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX one_customer_per_number ON customers (project, customer_number) WHERE customer_number IS NOT NULL;

-- Tokens for password reset and e-mail confirmation; only their hash is kept.
CREATE TABLE customer_tokens (
    hash         bytea PRIMARY KEY,
    project      text NOT NULL,
    id           uuid NOT NULL,
    customer_id  uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('password', 'email')),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    FOREIGN KEY (project, customer_id) REFERENCES customers ON DELETE CASCADE
);
CREATE INDEX customer_tokens_by_customer ON customer_tokens (project, customer_id);
CREATE INDEX customer_tokens_by_expiry ON customer_tokens (expires_at);

-- Failed sign-ins, by the hash of what was tried; a row is dropped by success or by age.
CREATE TABLE sign_in_failures (
    project       text NOT NULL,
    subject       bytea NOT NULL,
    failures      integer NOT NULL,
    locked_until  timestamptz,
    failed_at     timestamptz NOT NULL,
    PRIMARY KEY (project, subject)
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (failed_at);

-- The row that first requests of a guest lock, and that holds what is known of the session.
CREATE TABLE anonymous_sessions (
    project      text NOT NULL,
    id           text NOT NULL,
    created_at   timestamptz NOT NULL,
    claimed_by   uuid,
    CONSTRAINT one_session_per_anonymous_id PRIMARY KEY (project, id)
);

CREATE TABLE staff (
    project        text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id             uuid NOT NULL,
    username       text NOT NULL,
    name           text NOT NULL,
    password_hash  text,
    roles          text[] NOT NULL,
    PRIMARY KEY (project, id),
    CONSTRAINT one_member_per_username UNIQUE (project, username)
);

CREATE TABLE roles (
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    key         text NOT NULL,
    name        text NOT NULL,
    behaviours  text[] NOT NULL,
    PRIMARY KEY (project, key)
);

-- A cart is one row (without a foreign key to its project, whose row every insert would have to lock): its document in exactly the bytes that the wire sends, and what finds it.
CREATE TABLE carts (
    project              text NOT NULL,
    id                   uuid NOT NULL,
    version              bigint NOT NULL,
    state                text NOT NULL CHECK (state IN ('Active', 'Frozen', 'Merged', 'Ordered')),
    owner                text,
    former_anonymous_id  text,
    site                 text NOT NULL,
    name                 text NOT NULL,
    origin               text NOT NULL,
    bill_to              text NOT NULL DEFAULT '',
    ship_to              text NOT NULL DEFAULT '',
    device               text NOT NULL DEFAULT '',
    key                  text,
    store                text,
    document             bytea NOT NULL,
    head                 bytea NOT NULL,
    priced_site          text,
    priced_epoch         bigint NOT NULL,
    priced_until         timestamptz NOT NULL,
    gone_at              timestamptz,  -- set where nobody is to see the cart any more, though it can be brought back
    created_at           timestamptz NOT NULL,
    modified_at          timestamptz NOT NULL,
    PRIMARY KEY (project, id)
) WITH (fillfactor = 80);
ALTER TABLE carts ALTER COLUMN document SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX one_cart_per_key ON carts (project, key) WHERE key IS NOT NULL;
CREATE INDEX active_carts_of_owner ON carts (project, owner) WHERE state = 'Active';
CREATE INDEX carts_of_owner ON carts (project, owner) WHERE state <> 'Active';
CREATE INDEX carts_of_former_session ON carts (project, former_anonymous_id) WHERE former_anonymous_id IS NOT NULL;

-- What happened to each cart and order, in order of their versions; a chain of hashes whose head stands in the row.
CREATE TABLE events (
    project        text NOT NULL,
    aggregate_id   uuid NOT NULL,
    version_to     bigint NOT NULL,
    version_from   bigint NOT NULL,
    recorded_by    xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at             timestamptz NOT NULL,
    body           bytea NOT NULL,
    personal       bytea,
    salt           bytea,
    personal_hash  bytea NOT NULL,
    head           bytea NOT NULL,
    PRIMARY KEY (project, aggregate_id, version_to)
);
ALTER TABLE events ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE events ALTER COLUMN personal SET STORAGE EXTERNAL;

-- The first answer to each Idempotency-Key, kept for a day.
CREATE TABLE answers (
    project       text NOT NULL,
    resource      text NOT NULL,
    key           text NOT NULL,
    request_hash  bytea NOT NULL,
    created       boolean NOT NULL,
    answer        bytea NOT NULL,
    at            timestamptz NOT NULL,
    CONSTRAINT one_answer_per_idempotency_key PRIMARY KEY (project, resource, key)
);
CREATE INDEX answers_by_age ON answers (at);

CREATE SEQUENCE order_numbers START 100001;

CREATE TABLE orders (
    project       text NOT NULL,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    status        text NOT NULL CHECK (
                      status IN ('Pending', 'Submitted', 'Review', 'Processing', 'Complete', 'Cancelled')),
    owner         text,
    site          text NOT NULL,
    store         text,
    order_number  text,
    cart_id       uuid,
    document      bytea NOT NULL,
    head          bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    modified_at   timestamptz NOT NULL,
    PRIMARY KEY (project, id),
    CONSTRAINT one_order_per_cart UNIQUE (project, cart_id)
);
CREATE UNIQUE INDEX one_order_per_number ON orders (project, order_number) WHERE order_number IS NOT NULL;
CREATE INDEX orders_of_owner ON orders (project, owner);
ALTER TABLE orders ALTER COLUMN document SET STORAGE EXTERNAL;

-- The receipt of every merge; a source is merged once.
CREATE TABLE merges (
    project      text NOT NULL,
    id           uuid NOT NULL,
    version      bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('Applied', 'Undone')),
    target_id    uuid NOT NULL,
    customer_id  uuid,
    document     bytea NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE TABLE merge_sources (
    project    text NOT NULL,
    cart_id    uuid NOT NULL,
    merge_id   uuid NOT NULL,
    CONSTRAINT one_merge_per_source PRIMARY KEY (project, cart_id),
    FOREIGN KEY (project, merge_id) REFERENCES merges ON DELETE CASCADE
);

-- What of a project file was loaded last: an entry takes effect when it is new or has changed.
CREATE TABLE loaded_entries (
    project  text NOT NULL REFERENCES projects ON DELETE CASCADE,
    section  text NOT NULL,
    name     text NOT NULL,
    digest   bytea NOT NULL,
    PRIMARY KEY (project, section, name)
);
