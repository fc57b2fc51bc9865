-- Marks a hand-over as used, once.
UPDATE hand_overs SET used_at = $3 WHERE hash = $1 AND project = $2 AND used_at IS NULL
