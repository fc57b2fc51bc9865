-- A delivery, unless there is one for the same event of the same thing; answers its id where it is new.
INSERT INTO webhook_deliveries (project, id, event, source_id, cart_id, version, state, document, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT ON CONSTRAINT one_delivery_per_event DO NOTHING
RETURNING id
