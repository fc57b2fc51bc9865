-- A delivery, locked.
SELECT document FROM webhook_deliveries WHERE project = $1 AND id = $2 FOR UPDATE
