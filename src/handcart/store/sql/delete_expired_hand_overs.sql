-- Drops a batch of hand-overs that expired a while ago.
DELETE FROM hand_overs WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM hand_overs WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
