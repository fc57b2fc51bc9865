-- A cart at a version, where the order that it names is not there or has another owner.
SELECT c.id
FROM carts c
LEFT JOIN orders o ON o.project = c.project AND o.id = $3
WHERE c.project = $1 AND c.id = $2 AND c.version = $4 AND (o.id IS NULL OR o.owner IS DISTINCT FROM c.owner)
