-- A page of projects by key.
SELECT document FROM projects WHERE key > $1 ORDER BY key LIMIT $2
