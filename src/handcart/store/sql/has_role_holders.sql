-- Whether any member of staff has this role.
SELECT EXISTS (SELECT FROM staff WHERE project = $1 AND $2 = ANY (roles)) AS has_holders
