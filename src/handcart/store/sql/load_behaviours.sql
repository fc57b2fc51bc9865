-- What a member of staff may do now: the behaviours of its roles, read at each request.
SELECT array_agg(DISTINCT behaviour) AS behaviours
FROM staff s
JOIN roles r ON r.project = s.project AND r.key = ANY (s.roles)
CROSS JOIN unnest(r.behaviours) AS behaviour
WHERE s.project = $1 AND s.id = $2
