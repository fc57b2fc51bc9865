-- Drops a batch of desks that nobody has used for long, and whom they served; their events stay, as those of carts do.
DELETE FROM desks WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM desks WHERE modified_at < $1 ORDER BY modified_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
