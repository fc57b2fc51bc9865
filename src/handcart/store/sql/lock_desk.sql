-- The desk that a sign-in sits at, locked.
SELECT d.id, d.version, d.active_owner, d.active_cart, d.is_scratch, d.head
FROM desk_devices v
JOIN desks d ON d.project = v.project AND d.id = v.desk_id
WHERE v.project = $1 AND v.device = $2 AND d.staff_id = $3
FOR UPDATE OF d
