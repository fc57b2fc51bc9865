-- A member of staff by the name that it signs in with.
SELECT id, username, name, password_hash, roles, issuer, subject FROM staff WHERE project = $1 AND username = $2
