-- Says that nothing which caches hold of a project is current any more.
UPDATE changes SET epoch = epoch + 1, changed_by = pg_current_xact_id() WHERE project = $1 RETURNING kind, epoch
