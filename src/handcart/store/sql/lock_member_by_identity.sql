-- The member of staff that an identity provider knows by this subject, held until its sign-in is done.
SELECT id, username, name, password_hash, roles, issuer, subject
FROM staff
WHERE project = $1 AND issuer = $2 AND subject = $3
FOR UPDATE
