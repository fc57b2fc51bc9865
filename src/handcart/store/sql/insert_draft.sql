-- A new offline order with its first event.
WITH drafted AS (
    INSERT INTO orders (project, id, version, status, owner, site, store, cart_id, drafted_by, prepared_cart, document,
                        head, created_at, modified_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
    RETURNING project, id
)
INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
SELECT project, id, 0, $3, $13, $14, $15, $16, $17, $12 FROM drafted
RETURNING 1
