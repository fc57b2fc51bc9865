-- The deliveries of a subscription, in one state or in any, the newest first, a page of them.
SELECT document FROM webhook_deliveries
WHERE project = $1 AND event = $2 AND ($3::text IS NULL OR state = $3)
ORDER BY number DESC LIMIT $4 OFFSET $5
