-- Writes a takeover that this transaction has locked, as long as it is open.
UPDATE takeovers
SET version = $3, state = $4, holder = $5, lease_until = $6, document = $7, modified_at = $8
WHERE project = $1 AND id = $2 AND state = 'Open'
