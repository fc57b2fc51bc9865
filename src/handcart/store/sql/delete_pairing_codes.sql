-- Takes back the pairing codes of a cart.
DELETE FROM pairing_codes WHERE project = $1 AND cart_id = $2
