-- A sign-in that goes to the identity provider now.
INSERT INTO begun_sign_ins (project, hash, browser, issuer, callback, nonce, verifier, redirect, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
