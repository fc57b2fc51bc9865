-- Drops a batch of what staff was not allowed to do long ago.
DELETE FROM refused_actions WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM refused_actions WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
))
