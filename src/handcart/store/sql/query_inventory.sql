-- The stock entries of a project, each column called as the field that a query names.
SELECT *, quantity_on_stock AS "quantityOnStock", available_quantity AS "availableQuantity",
       restockable_in_days AS "restockableInDays", expected_delivery AS "expectedDelivery",
       nullif(channel_id, '') AS "supplyChannel.id", created_at AS "createdAt", modified_at AS "lastModifiedAt"
FROM inventory
WHERE project = $1
