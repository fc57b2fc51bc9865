-- A new desk for a sign-in that sits at none; of two at once the second one makes nothing.
WITH seated AS (
    INSERT INTO desk_devices (project, device, desk_id) VALUES ($1, $2, $3)
    ON CONFLICT (project, device) DO NOTHING
    RETURNING desk_id
)
INSERT INTO desks (project, id, version, staff_id, active_owner, active_cart, is_scratch, head, created_at, modified_at)
SELECT $1, desk_id, 0, $4, NULL, NULL, false, $5, $6, $6 FROM seated
RETURNING id
