-- Uses up a pairing code: where it led ($3 now); of two at once one gets it.
DELETE FROM pairing_codes WHERE project = $1 AND hash = $2 AND expires_at > $3 RETURNING cart_id
