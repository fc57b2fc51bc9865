-- Takes a member of staff off the project.
DELETE FROM staff WHERE project = $1 AND username = $2 RETURNING id
