-- The orders of a project, each column called as the field that a query names.
SELECT document, id, order_number AS "orderNumber", cart_id AS "cart.id", status, owner, site, store AS "store.key",
       CASE WHEN drafted_by IS NULL THEN 'ONLINE' ELSE 'OFFLINE' END AS type, drafted_by, order_number IS NULL AS is_draft,
       version, created_at AS "createdAt", modified_at AS "lastModifiedAt",
       CASE WHEN status = 'Processing' THEN 'Confirmed' WHEN status IN ('Complete', 'Cancelled') THEN status
            ELSE 'Open' END AS "orderState"
FROM orders
WHERE project = $1
