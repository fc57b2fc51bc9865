-- Makes a role, or replaces what it allows.
INSERT INTO roles (project, key, name, behaviours, limits) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project, key) DO UPDATE SET
    name = excluded.name, behaviours = excluded.behaviours, limits = excluded.limits
