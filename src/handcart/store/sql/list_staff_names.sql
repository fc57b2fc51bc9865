-- The display names of members of staff.
SELECT id, name FROM staff WHERE project = $1 AND id = ANY ($2::uuid[])
