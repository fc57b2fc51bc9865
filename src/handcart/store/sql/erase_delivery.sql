-- Writes a locked delivery without what its receiver answered; its version counts attempts and stays.
UPDATE webhook_deliveries SET document = $3 WHERE project = $1 AND id = $2
