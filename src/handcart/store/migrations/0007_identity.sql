-- Who staff are to an identity provider, sign-ins that are under way there, and how far a role may go.

SET lock_timeout = '5s';

ALTER TABLE staff ADD COLUMN issuer text, ADD COLUMN subject text;
CREATE UNIQUE INDEX one_member_per_identity ON staff (project, issuer, subject) WHERE subject IS NOT NULL;

ALTER TABLE roles ADD COLUMN limits bytea;

CREATE TABLE identity_providers (
    project        text PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
    document       bytea NOT NULL,
    client_secret  text
);

CREATE TABLE begun_sign_ins (
    project     text NOT NULL REFERENCES projects ON DELETE CASCADE,
    hash        bytea NOT NULL,
    browser     bytea NOT NULL,
    issuer      text NOT NULL,
    callback    text NOT NULL,
    nonce       text NOT NULL,
    verifier    text NOT NULL,
    redirect    text,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (project, hash)
);
CREATE INDEX begun_sign_ins_by_expiry ON begun_sign_ins (expires_at);
