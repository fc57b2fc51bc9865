-- Drops a role.
DELETE FROM roles WHERE project = $1 AND key = $2
