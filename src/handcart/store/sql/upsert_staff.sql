-- Makes a member of staff, or changes the one with this username; no new password or identity leaves the present one.
INSERT INTO staff AS s (project, id, username, name, password_hash, roles, issuer, subject)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (project, username) DO UPDATE SET
    name = excluded.name, password_hash = coalesce(excluded.password_hash, s.password_hash), roles = excluded.roles,
    issuer = coalesce(excluded.issuer, s.issuer), subject = coalesce(excluded.subject, s.subject)
RETURNING id
