-- A new project.
INSERT INTO projects (key, document) VALUES ($1, $2)
