-- How far a locked subscription was read.
UPDATE webhooks SET read_transaction = $3::text::xid8, read_id = $4 WHERE project = $1 AND event = $2
