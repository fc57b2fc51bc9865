-- Forgets the failures of an account that is not locked; answers the lock of one that is.
WITH cleared AS (
    DELETE FROM sign_in_failures
    WHERE project = $1 AND subject = $2 AND (locked_until IS NULL OR locked_until <= $3)
)
SELECT locked_until FROM sign_in_failures WHERE project = $1 AND subject = $2
