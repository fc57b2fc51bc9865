-- A new cart with its first event and the answer to an Idempotency-Key; none for a customer who is no more.
WITH customer AS (
    SELECT id FROM customers WHERE project = $1 AND id = $29 FOR KEY SHARE
), created AS (
    INSERT INTO carts (project, id, version, state, owner, former_anonymous_id, site, name, origin, bill_to, ship_to,
                       device, key, store, document, head, priced_site, priced_epoch, priced_until, created_at,
                       modified_at, scope_epoch, scope_site)
    SELECT $1, $2, $3, $4, $5, NULL, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $27, $28
    WHERE $29::uuid IS NULL OR EXISTS (SELECT FROM customer)
    RETURNING project, id
), answered AS (
    INSERT INTO answers (project, resource, key, request_hash, created, answer, at)
    SELECT project, $24, $25, $26, true, $14, $19 FROM created WHERE $25::text IS NOT NULL
)
INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
SELECT project, id, 0, $3, $19, $20, $21, $22, $23, $15 FROM created
RETURNING 1
