-- The display names of the members of staff who changed something.
SELECT id, name FROM staff WHERE project = $1 AND id = ANY ($2::uuid[])
