-- Seats a sign-in at a desk of the same member of staff.
INSERT INTO desk_devices (project, device, desk_id)
SELECT d.project, $2, d.id FROM desks d WHERE d.project = $1 AND d.id = $3 AND d.staff_id = $4
ON CONFLICT (project, device) DO UPDATE SET desk_id = excluded.desk_id
RETURNING desk_id
