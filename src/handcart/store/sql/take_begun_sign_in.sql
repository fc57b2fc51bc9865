-- Takes a sign-in that came back, once, in the browser that began it.
DELETE FROM begun_sign_ins WHERE project = $1 AND hash = $2 AND browser = $3 AND expires_at > $4
RETURNING issuer, callback, nonce, verifier, redirect
