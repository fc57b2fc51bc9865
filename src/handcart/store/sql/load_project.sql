-- A project's settings and the epoch of its catalogue, read together.
SELECT p.document, coalesce(c.epoch, 0) AS epoch
FROM projects p
LEFT JOIN changes c ON c.project = p.key AND c.kind = 'catalogue'
WHERE p.key = $1
