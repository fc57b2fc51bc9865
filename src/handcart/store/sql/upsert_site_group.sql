-- Makes a site group, or replaces the one with its id; whoever does it has bumped the catalogue's epoch first.
INSERT INTO resources (project, kind, id, key, version, document, created_at, modified_at)
VALUES ($1, 'site-group', $2, NULL, 1, $3, $4, $4)
ON CONFLICT (project, kind, id) DO UPDATE
SET document = excluded.document, version = resources.version + 1, modified_at = excluded.modified_at
