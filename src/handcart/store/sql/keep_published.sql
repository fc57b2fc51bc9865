-- Remembers how a site or group was before its first unpublished change.
INSERT INTO unpublished_changes (project, kind, name, published, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project, kind, name) DO UPDATE SET changed_at = excluded.changed_at
