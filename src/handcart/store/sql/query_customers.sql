-- The customers of a project, each column called as the field that a query names.
SELECT document, id, key, lower(email) AS email, customer_number AS "customerNumber", version,
       created_at AS "createdAt", modified_at AS "lastModifiedAt"
FROM customers
WHERE project = $1
