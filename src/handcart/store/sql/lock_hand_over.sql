-- A hand-over by its token, locked.
SELECT cart_id, owner, from_site, to_site, created_at, expires_at, used_at
FROM hand_overs
WHERE hash = $1 AND project = $2
FOR UPDATE
