-- Writes a locked subscription with another secret, and until when the one before it signs too.
UPDATE webhooks
SET version = $3, document = $4, secret = $5, former_secret = $6, former_secret_until = $7
WHERE project = $1 AND event = $2
