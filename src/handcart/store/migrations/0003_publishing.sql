-- Which sites and site groups have unpublished changes.

SET lock_timeout = '5s';

CREATE TABLE unpublished_changes (
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    kind        text NOT NULL CHECK (kind IN ('store', 'site-group')),
    name        text NOT NULL,
    published   bytea,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (project, kind, name)
);
