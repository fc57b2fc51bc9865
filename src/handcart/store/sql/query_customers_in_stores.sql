-- The customers of a project, once for each store that they are there for: without stores of their own that is every one.
SELECT document, id, key, lower(email) AS email, customer_number AS "customerNumber", version,
       created_at AS "createdAt", modified_at AS "lastModifiedAt", store
FROM customers
CROSS JOIN LATERAL (
    SELECT unnest(stores) AS store
    UNION ALL
    SELECT sites.key FROM resources sites WHERE stores = '{}' AND sites.project = $1 AND sites.kind = 'store'
) AS there
WHERE project = $1
