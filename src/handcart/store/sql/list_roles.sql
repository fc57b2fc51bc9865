-- All roles of a project.
SELECT key, name, behaviours, limits FROM roles WHERE project = $1 ORDER BY key
