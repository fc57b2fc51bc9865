-- Says, in the transaction of a change, that what caches hold of this kind is no longer current.
INSERT INTO changes (project, kind, epoch) VALUES ($1, $2, 1)
ON CONFLICT (project, kind) DO UPDATE SET epoch = changes.epoch + 1, changed_by = pg_current_xact_id()
RETURNING epoch
