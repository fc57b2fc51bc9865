-- Keeps a new proposal.
INSERT INTO proposals (project, id, version, state, cart_id, staff_id, expires_at, document, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
