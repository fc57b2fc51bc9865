-- A new resource.
INSERT INTO resources (project, kind, id, key, version, document, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
