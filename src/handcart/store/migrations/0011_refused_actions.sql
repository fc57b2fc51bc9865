-- What members of staff tried and were not allowed to do.

SET lock_timeout = '5s';

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
