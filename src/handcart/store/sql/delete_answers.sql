-- Drops some kept answers.
DELETE FROM answers
WHERE project = $1 AND (resource, key) IN (SELECT * FROM unnest($2::text[], $3::text[]))
