-- What changed since a poll: committed rows whose transaction was not yet visible then; and from where to poll next.
SELECT project, kind, epoch, pg_snapshot_xmin(pg_current_snapshot())::text AS next
FROM changes
WHERE changed_by >= $1::text::xid8
UNION ALL
SELECT '', '', 0, pg_snapshot_xmin(pg_current_snapshot())::text
