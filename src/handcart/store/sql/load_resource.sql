-- A resource by its id.
SELECT id, version, document FROM resources WHERE project = $1 AND kind = $2 AND id = $3
