-- Writes a locked delivery.
UPDATE webhook_deliveries SET version = $3, state = $4, document = $5 WHERE project = $1 AND id = $2
