-- Remembers entries of a project file as they were loaded.
INSERT INTO loaded_entries (project, section, name, digest)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bytea[])
ON CONFLICT (project, section, name) DO UPDATE SET digest = excluded.digest
