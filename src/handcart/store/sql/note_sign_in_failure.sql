-- Counts a failed sign-in ($3 now, $4 when earlier ones stop counting), and locks ($6) the account that has $5 in a row.
INSERT INTO sign_in_failures AS f (project, subject, failures, failed_at)
VALUES ($1, $2, 1, $3)
ON CONFLICT (project, subject) DO UPDATE SET
    failures = CASE WHEN f.failed_at < $4 OR f.locked_until <= $3 THEN 1 ELSE f.failures + 1 END,
    locked_until = CASE
        WHEN f.locked_until > $3 THEN f.locked_until
        WHEN f.failed_at < $4 OR f.locked_until <= $3 THEN NULL
        WHEN f.failures + 1 >= $5 THEN $6::timestamptz
    END,
    failed_at = $3
