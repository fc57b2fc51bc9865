-- The whole schema as it is now, for reading. Migrations bring a database here; a test makes one database from this file
-- and one from the migrations, and finds no difference. CONTRIBUTING says how to change it.

-- What customers are searched by.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Where it is kept which migrations were applied.
CREATE TABLE IF NOT EXISTS schema_migrations (
    name        text PRIMARY KEY,
    applied_at  timestamptz NOT NULL DEFAULT now()
);

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
    search_text      text NOT NULL DEFAULT '',  -- what a search finds the customer by: a line for each field
    PRIMARY KEY (project, id)
);
CREATE UNIQUE INDEX one_customer_per_email ON customers (project, lower(email));
CREATE UNIQUE INDEX one_customer_per_key ON customers (project, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX one_customer_per_number ON customers (project, customer_number) WHERE customer_number IS NOT NULL;
CREATE INDEX customers_by_words ON customers USING gin (search_text gin_trgm_ops);

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
    issuer         text,  -- and subject: who somebody is to an identity provider, where one lets it in
    subject        text,
    PRIMARY KEY (project, id),
    CONSTRAINT one_member_per_username UNIQUE (project, username)
);
CREATE UNIQUE INDEX one_member_per_identity ON staff (project, issuer, subject) WHERE subject IS NOT NULL;

CREATE TABLE roles (
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    key         text NOT NULL,
    name        text NOT NULL,
    behaviours  text[] NOT NULL,
    limits      bytea,  -- how far the role may go with them, as JSON
    PRIMARY KEY (project, key)
);

-- Who lets staff in besides the passwords here. Its document is answered, the secret never.
CREATE TABLE identity_providers (
    project        text PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
    document       bytea NOT NULL,
    client_secret  text
);

-- Sign-ins that are under way at an identity provider, by the hash of their state; each is taken once.
CREATE TABLE begun_sign_ins (
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    hash        bytea NOT NULL,
    browser     bytea NOT NULL,  -- the hash of a cookie: nobody finishes what another browser began
    issuer      text NOT NULL,
    callback    text NOT NULL,
    nonce       text NOT NULL,
    verifier    text NOT NULL,
    redirect    text,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (project, hash)
);
CREATE INDEX begun_sign_ins_by_expiry ON begun_sign_ins (expires_at);

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
    -- Where it was at home, and in which epoch of the catalogue, when it was last in one place with its scope's other carts.
    scope_epoch          bigint NOT NULL DEFAULT 0,
    scope_site           text,
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
    order_number  text COLLATE "C",  -- by code points everywhere, so that an index finds the beginning of a number
    cart_id       uuid,
    document      bytea NOT NULL,
    head          bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    modified_at   timestamptz NOT NULL,
    recorded_by   xid8 NOT NULL DEFAULT pg_current_xact_id(),
    drafted_by    uuid,         -- the member of staff whose offline order it is
    prepared_cart uuid,         -- the cart whose items were added to it, as long as it is a draft
    submitted_at  timestamptz,  -- for one that was a draft; any other is submitted as it is created
    PRIMARY KEY (project, id),
    CONSTRAINT one_order_per_cart UNIQUE (project, cart_id)
);
CREATE UNIQUE INDEX one_order_per_number ON orders (project, order_number) WHERE order_number IS NOT NULL;
CREATE INDEX orders_of_owner ON orders (project, owner);
-- In which order they were committed: the event log has it too, but an index there would cost every cart.
CREATE INDEX orders_by_commit ON orders (project, recorded_by, id);
CREATE INDEX pending_orders_of_staff ON orders (project, drafted_by) WHERE status = 'Pending';
-- Checking the cart out means submitting that order; the next one that is prepared from it takes its place.
CREATE UNIQUE INDEX one_prepared_order_per_cart ON orders (project, prepared_cart) WHERE prepared_cart IS NOT NULL;
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
    recorded_by  xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (project, id)
);
CREATE INDEX merges_by_commit ON merges (project, recorded_by, id);
CREATE TABLE merge_sources (
    project    text NOT NULL,
    cart_id    uuid NOT NULL,
    merge_id   uuid NOT NULL,
    CONSTRAINT one_merge_per_source PRIMARY KEY (project, cart_id),
    FOREIGN KEY (project, merge_id) REFERENCES merges ON DELETE CASCADE
);

-- Guests' carts on their way to another domain; only the hash of each token is kept.
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

-- Links by which anonymous shoppers go on with offline orders; only their hash is kept. The owner is whose it was then.
CREATE TABLE continuations (
    hash        bytea PRIMARY KEY,
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    order_id    uuid NOT NULL,
    owner       text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX continuations_by_expiry ON continuations (expires_at);

-- Agents' desks: whose cart an agent works on now. A fresh desk has a scratch cart, which is a walk-in's.
CREATE TABLE desks (
    project       text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id            uuid NOT NULL,
    version       bigint NOT NULL,
    staff_id      uuid NOT NULL,
    active_owner  text,
    active_cart   uuid,
    is_scratch    boolean NOT NULL,
    head          bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    modified_at   timestamptz NOT NULL,
    PRIMARY KEY (project, id),
    FOREIGN KEY (project, staff_id) REFERENCES staff ON DELETE CASCADE
);
CREATE INDEX desks_of_staff ON desks (project, staff_id);
CREATE INDEX desks_by_age ON desks (modified_at);

-- Which sign-in sits at which desk.
CREATE TABLE desk_devices (
    project   text NOT NULL,
    device    text NOT NULL,
    desk_id   uuid NOT NULL,
    PRIMARY KEY (project, device),
    FOREIGN KEY (project, desk_id) REFERENCES desks ON DELETE CASCADE
);

-- The customers and walk-ins that a desk has served, and where each was left.
CREATE TABLE desk_customers (
    project       text NOT NULL,
    desk_id       uuid NOT NULL,
    owner         text NOT NULL,
    scope         text NOT NULL,
    cart_id       uuid NOT NULL,
    selected_at   timestamptz NOT NULL,
    left_at       timestamptz,
    left_version  bigint,
    PRIMARY KEY (project, desk_id, owner, scope),
    FOREIGN KEY (project, desk_id) REFERENCES desks ON DELETE CASCADE
);
CREATE INDEX desk_customers_by_recency ON desk_customers (project, desk_id, selected_at);
CREATE INDEX walk_ins_by_recency ON desk_customers (project, desk_id, selected_at) WHERE owner LIKE 'anonymous:%';

-- The leases of members of staff on shoppers' carts; one is open on a cart at a time.
CREATE TABLE takeovers (
    project      text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id           uuid NOT NULL,
    version      bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('Open', 'Completed', 'Cancelled', 'Lapsed')),
    order_id     uuid NOT NULL,
    cart_id      uuid NOT NULL,
    owner        text,
    holder       uuid NOT NULL,
    lease_until  timestamptz NOT NULL,
    document     bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    modified_at  timestamptz NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE UNIQUE INDEX one_open_takeover_per_cart ON takeovers (project, cart_id) WHERE state = 'Open';
CREATE INDEX open_takeovers_of_holder ON takeovers (project, holder) WHERE state = 'Open';
CREATE INDEX takeovers_of_order ON takeovers (project, order_id);

-- Spoken codes by which a guest lets an agent find the cart; only their hash is kept.
CREATE TABLE pairing_codes (
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    hash        bytea NOT NULL,
    cart_id     uuid NOT NULL,
    owner       text NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (project, hash)
);
CREATE INDEX pairing_codes_by_expiry ON pairing_codes (expires_at);
CREATE INDEX pairing_codes_of_cart ON pairing_codes (project, cart_id);

-- An agent's grant on one guest's cart, once the guest has agreed.
CREATE TABLE pairings (
    project      text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id           uuid NOT NULL,
    version      bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('AwaitingConsent', 'Active', 'Refused', 'Ended')),
    cart_id      uuid NOT NULL,
    owner        text NOT NULL,
    staff_id     uuid NOT NULL,
    expires_at   timestamptz NOT NULL,
    document     bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    modified_at  timestamptz NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE INDEX live_pairings_of_staff ON pairings (project, staff_id) WHERE state IN ('AwaitingConsent', 'Active');
CREATE INDEX live_pairings_of_cart ON pairings (project, cart_id) WHERE state IN ('AwaitingConsent', 'Active');
CREATE INDEX pairings_by_expiry ON pairings (expires_at);

-- Changes that an agent prepared and the shopper accepts or refuses.
CREATE TABLE proposals (
    project      text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id           uuid NOT NULL,
    version      bigint NOT NULL,
    state        text NOT NULL CHECK (
                     state IN ('Open', 'Accepted', 'PartlyAccepted', 'Refused', 'Withdrawn', 'Expired')),
    cart_id      uuid NOT NULL,
    staff_id     uuid NOT NULL,
    expires_at   timestamptz NOT NULL,
    document     bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    modified_at  timestamptz NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE INDEX proposals_of_cart ON proposals (project, cart_id);
CREATE INDEX proposals_of_staff ON proposals (project, staff_id);
CREATE INDEX open_proposals_of_staff ON proposals (project, staff_id) WHERE state = 'Open';
CREATE INDEX proposals_by_expiry ON proposals (expires_at);

-- Who listens to a cart, on whichever server process. Unlogged: what a crash takes is written anew within seconds.
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

-- What members of staff tried and were not allowed to do.
CREATE TABLE refused_actions (
    project   text NOT NULL REFERENCES projects ON DELETE CASCADE,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    at        timestamptz NOT NULL,
    staff_id  uuid NOT NULL,
    request   text NOT NULL,
    cart_id   uuid,
    reason    text NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE INDEX refused_actions_by_age ON refused_actions (at);

-- What of a project file was loaded last: an entry takes effect when it is new or has changed.
CREATE TABLE loaded_entries (
    project  text NOT NULL REFERENCES projects ON DELETE CASCADE,
    section  text NOT NULL,
    name     text NOT NULL,
    digest   bytea NOT NULL,
    PRIMARY KEY (project, section, name)
);

-- Sites and site groups that were changed and not published since, each as it was before; NULL where it was not there.
CREATE TABLE unpublished_changes (
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    kind        text NOT NULL CHECK (kind IN ('store', 'site-group')),
    name        text NOT NULL,
    published   bytea,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (project, kind, name)
);

-- From which epoch of the catalogue on which sites share a cart.
CREATE TABLE site_group_changes (
    project   text NOT NULL REFERENCES projects ON DELETE CASCADE,
    group_id  text NOT NULL,
    epoch     bigint NOT NULL,
    document  bytea NOT NULL,
    PRIMARY KEY (project, group_id, epoch)
);

-- Who is told of what, and every attempt to tell them.
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
    message     bytea,
    PRIMARY KEY (project, id),
    CONSTRAINT one_delivery_per_event UNIQUE (project, event, source_id),
    FOREIGN KEY (project, event) REFERENCES webhooks ON DELETE CASCADE
);
CREATE INDEX ended_deliveries_by_age ON webhook_deliveries (state, created_at) WHERE state <> 'Pending';
CREATE INDEX deliveries_of_webhook ON webhook_deliveries (project, event, number);
CREATE INDEX pending_deliveries_of_cart ON webhook_deliveries (project, event, cart_id, number) WHERE state = 'Pending';

-- The queue of background jobs: PgQueuer's own tables, in PgQueuer's own words.
CREATE TYPE handcart_pgqueuer_status AS ENUM ('queued', 'picked', 'successful', 'exception', 'canceled', 'deleted', 'failed');

CREATE TABLE handcart_pgqueuer (
    id bigserial NOT NULL PRIMARY KEY,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    execute_after timestamp with time zone NOT NULL DEFAULT now(),
    status handcart_pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer NOT NULL DEFAULT 0,
    slot bigint
);

CREATE TABLE handcart_pgqueuer_log (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT now(),
    job_id bigint NOT NULL,
    status handcart_pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);

CREATE TABLE handcart_pgqueuer_schedules (
    id bigserial NOT NULL PRIMARY KEY,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    next_run timestamp with time zone NOT NULL DEFAULT now(),
    last_run timestamp with time zone,
    status handcart_pgqueuer_status DEFAULT 'queued'::handcart_pgqueuer_status,
    UNIQUE (expression, entrypoint)
);

CREATE TABLE handcart_pgqueuer_statistics (
    id bigserial NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT date_trunc('sec'::text, now()),
    count bigint NOT NULL,
    priority integer NOT NULL,
    status handcart_pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);

CREATE INDEX handcart_pgqueuer_ep_ea_idx ON handcart_pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::handcart_pgqueuer_status);

CREATE INDEX handcart_pgqueuer_ep_prio_id_idx ON handcart_pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::handcart_pgqueuer_status);

CREATE INDEX handcart_pgqueuer_log_created ON handcart_pgqueuer_log USING btree (created);

CREATE INDEX handcart_pgqueuer_log_job_id_status ON handcart_pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX handcart_pgqueuer_log_not_aggregated ON handcart_pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX handcart_pgqueuer_log_status ON handcart_pgqueuer_log USING btree (status);

CREATE INDEX handcart_pgqueuer_picked_heartbeat_idx ON handcart_pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::handcart_pgqueuer_status);

CREATE UNIQUE INDEX handcart_pgqueuer_picked_slot_idx ON handcart_pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::handcart_pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX handcart_pgqueuer_priority_id_id1_idx ON handcart_pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::handcart_pgqueuer_status);

CREATE INDEX handcart_pgqueuer_queue_manager_id_idx ON handcart_pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX handcart_pgqueuer_statistics_unique_count ON handcart_pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX handcart_pgqueuer_unique_dedupe_key ON handcart_pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::handcart_pgqueuer_status, 'picked'::handcart_pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX handcart_pgqueuer_updated_id_id1_idx ON handcart_pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::handcart_pgqueuer_status);

CREATE FUNCTION handcart_fn_pgqueuer_changed() RETURNS TRIGGER AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'handcart_ch_pgqueuer',
            json_build_object(
                'channel', 'handcart_ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER handcart_tg_pgqueuer_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON handcart_pgqueuer
EXECUTE FUNCTION handcart_fn_pgqueuer_changed();
