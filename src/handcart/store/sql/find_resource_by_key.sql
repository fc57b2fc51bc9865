-- A resource by its key.
SELECT id, version, document FROM resources WHERE project = $1 AND kind = $2 AND key = $3
