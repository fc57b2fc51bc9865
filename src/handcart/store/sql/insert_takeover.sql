-- A new takeover.
INSERT INTO takeovers (project, id, version, state, order_id, cart_id, owner, holder, lease_until, document,
                       created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
