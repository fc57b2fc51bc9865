-- Drops failures that are too old to count and locks that are over.
DELETE FROM sign_in_failures WHERE failed_at < $1 AND (locked_until IS NULL OR locked_until < $1)
