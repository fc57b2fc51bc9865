-- Locks an anonymous session, remembering one that is not known yet.
INSERT INTO anonymous_sessions (project, id, created_at) VALUES ($1, $2, $3)
ON CONFLICT (project, id) DO UPDATE SET id = excluded.id
RETURNING id
