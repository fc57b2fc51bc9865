-- All members of staff of a project.
SELECT id, username, name, password_hash, roles, issuer, subject FROM staff WHERE project = $1 ORDER BY username
