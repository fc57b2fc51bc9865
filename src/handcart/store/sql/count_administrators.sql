-- How many members of staff can sign in and have a role with this behaviour.
SELECT count(*) AS administrators
FROM staff s
WHERE s.project = $1 AND (s.password_hash IS NOT NULL OR s.subject IS NOT NULL) AND EXISTS (
    SELECT FROM roles r WHERE r.project = s.project AND r.key = ANY (s.roles) AND $2 = ANY (r.behaviours)
)
