-- What the identity provider says of a member of staff by now.
UPDATE staff SET name = $3, roles = $4 WHERE project = $1 AND id = $2
