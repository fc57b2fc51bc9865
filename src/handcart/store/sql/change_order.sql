-- Writes an order and its event, where the version is still the one decided on.
WITH changed AS (
    UPDATE orders
    SET version = $4, status = $5, owner = $6, order_number = $7, document = $8, head = $9, modified_at = $10
    WHERE project = $1 AND id = $2 AND version = $3
    RETURNING project, id
)
INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
SELECT project, id, $3, $4, $10, $11, $12, $13, $14, $9 FROM changed
RETURNING 1
