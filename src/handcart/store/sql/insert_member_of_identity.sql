-- A new member of staff that an identity provider lets in, unless the username is taken.
INSERT INTO staff (project, id, username, name, roles, issuer, subject) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT one_member_per_username DO NOTHING
RETURNING id
