-- The hands on a cart: desks, takeovers, pairings and proposals.

SET lock_timeout = '5s';

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

CREATE TABLE desk_devices (
    project   text NOT NULL,
    device    text NOT NULL,
    desk_id   uuid NOT NULL,
    PRIMARY KEY (project, device),
    FOREIGN KEY (project, desk_id) REFERENCES desks ON DELETE CASCADE
);

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
