-- Writes an order and its event, where the version is still the one decided on.
WITH changed AS (
    UPDATE orders
    SET version = $4, status = $5, owner = $6, order_number = $7, document = $8, head = $9, modified_at = $10,
        site = $15, store = $16, cart_id = $17, drafted_by = $18, prepared_cart = $19,
        -- A draft that is submitted is news; whoever is told of orders has to come past it.
        recorded_by = CASE WHEN status = 'Pending' AND $5 = 'Submitted' THEN pg_current_xact_id() ELSE recorded_by END,
        submitted_at = CASE WHEN status = 'Pending' AND $5 = 'Submitted' THEN $10 ELSE submitted_at END
    WHERE project = $1 AND id = $2 AND version = $3
    RETURNING project, id
)
INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
SELECT project, id, $3, $4, $10, $11, $12, $13, $14, $9 FROM changed
RETURNING 1
