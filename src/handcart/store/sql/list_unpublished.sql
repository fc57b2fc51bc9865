-- The sites and groups of a project with unpublished changes.
SELECT kind, name, published, changed_at FROM unpublished_changes WHERE project = $1
