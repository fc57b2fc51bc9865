-- The keys of all projects.
SELECT key FROM projects ORDER BY key
