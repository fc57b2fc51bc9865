-- The small resources of a project; a field within the document costs nothing where a query does not name it.
SELECT document, kind, id, key, version, created_at AS "createdAt", modified_at AS "lastModifiedAt",
       convert_from(document, 'UTF8')::jsonb ->> 'name' AS name,
       convert_from(document, 'UTF8')::jsonb ->> 'status' AS status,
       (convert_from(document, 'UTF8')::jsonb ->> 'isDefault')::boolean AS "isDefault",
       (convert_from(document, 'UTF8')::jsonb ->> 'active')::boolean AS active,
       convert_from(document, 'UTF8')::jsonb -> 'taxCategory' ->> 'id' AS "taxCategory.id",
       convert_from(document, 'UTF8')::jsonb ->> 'code' AS code,
       convert_from(document, 'UTF8')::jsonb ->> 'sortOrder' AS "sortOrder",
       (convert_from(document, 'UTF8')::jsonb ->> 'isActive')::boolean AS "isActive",
       (convert_from(document, 'UTF8')::jsonb ->> 'requiresDiscountCode')::boolean AS "requiresDiscountCode",
       ARRAY(SELECT jsonb_array_elements_text(convert_from(document, 'UTF8')::jsonb -> 'groups')) AS groups,
       ARRAY(SELECT jsonb_array_elements_text(convert_from(document, 'UTF8')::jsonb -> 'roles')) AS roles
FROM resources
WHERE project = $1
