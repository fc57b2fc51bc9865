-- A member of staff's takeovers that nobody has ended, the latest first; the lease of one may have run out.
SELECT document FROM takeovers
WHERE project = $1 AND holder = $2 AND state = 'Open'
ORDER BY created_at DESC, id DESC
