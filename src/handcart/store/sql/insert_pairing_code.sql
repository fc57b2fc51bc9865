-- Keeps a new pairing code; nothing where the same code leads to another cart still ($6 now).
INSERT INTO pairing_codes AS p (project, hash, cart_id, owner, expires_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project, hash) DO UPDATE SET cart_id = $3, owner = $4, expires_at = $5
WHERE p.expires_at <= $6
RETURNING 1
