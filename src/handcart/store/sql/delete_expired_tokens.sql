-- Drops tokens that have expired.
DELETE FROM tokens WHERE expires_at < $1
