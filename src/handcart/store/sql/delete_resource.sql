-- Deletes a resource at a version.
DELETE FROM resources WHERE project = $1 AND kind = $2 AND id = $3 AND version = $4 RETURNING 1
