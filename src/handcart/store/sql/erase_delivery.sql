-- Writes a locked delivery without what its receiver was sent and answered; its version counts attempts and stays.
UPDATE webhook_deliveries SET document = $3, message = NULL WHERE project = $1 AND id = $2
