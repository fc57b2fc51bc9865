-- The products of a project, each column called as the field that a query names; a field that is not named costs nothing.
SELECT document, id, key, version, published, created_at AS "createdAt", modified_at AS "lastModifiedAt",
       convert_from(document, 'UTF8')::jsonb #>> '{productType,id}' AS "productType.id",
       convert_from(document, 'UTF8')::jsonb #>> '{taxCategory,id}' AS "taxCategory.id",
       convert_from(document, 'UTF8')::jsonb #>> '{masterData,current,masterVariant,sku}' AS "current.sku",
       convert_from(document, 'UTF8')::jsonb #>> '{masterData,staged,masterVariant,sku}' AS "staged.sku"
FROM products
WHERE project = $1
