-- A new token of either kind; only its hash is kept.
INSERT INTO tokens (hash, project, kind, client_id, scope, customer_id, anonymous_id, staff_id, device, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
