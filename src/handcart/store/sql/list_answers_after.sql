-- The next kept answers after one.
SELECT resource, key, answer FROM answers
WHERE project = $1 AND (resource, key) > ($2, $3)
ORDER BY resource, key
LIMIT $4
