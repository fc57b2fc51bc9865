-- Writes a cart, its event and the answer to an Idempotency-Key, where the version is still the one decided on.
-- It waits for nobody's lock, so that several may be written in one transaction without holding each other up.
WITH free AS (
    SELECT id FROM carts WHERE project = $1 AND id = $2 AND version = $3 FOR NO KEY UPDATE SKIP LOCKED
), changed AS (
    UPDATE carts
    SET version = $4, state = $5, owner = $6, former_anonymous_id = $7, site = $8, key = $9, document = $10, head = $11,
        priced_site = $12, priced_epoch = $13, priced_until = $14, modified_at = $15, name = $23, gone_at = $24,
        scope_epoch = $25, scope_site = $26
    WHERE project = $1 AND id = (SELECT id FROM free) AND version = $3
    RETURNING project, id
), answered AS (
    INSERT INTO answers (project, resource, key, request_hash, created, answer, at)
    SELECT project, $20, $21, $22, false, $10, $15 FROM changed WHERE $21::text IS NOT NULL
)
INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
SELECT project, id, $3, $4, $15, $16, $17, $18, $19, $11 FROM changed
RETURNING project, aggregate_id AS id, version_from AS version
