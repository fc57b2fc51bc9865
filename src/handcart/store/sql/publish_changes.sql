-- Publishes sites and groups as they are saved.
DELETE FROM unpublished_changes
WHERE project = $1 AND (kind, name) IN (SELECT * FROM unnest($2::text[], $3::text[]))
