-- The products of a project, each column called as the field that a query names.
SELECT document, id, key, version, created_at AS "createdAt", modified_at AS "lastModifiedAt"
FROM products
WHERE project = $1
