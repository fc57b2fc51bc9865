-- A guest's cart on its way to another domain; only the hash of the token is kept.
INSERT INTO hand_overs (hash, project, cart_id, owner, from_site, to_site, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
