-- Deletes a cart at a version. Its events stay as the audit trail, but for what is personal in them: nobody reads it again.
WITH deleted AS (
    DELETE FROM carts WHERE project = $1 AND id = $2 AND version = $3 RETURNING project, id
), shredded AS (
    UPDATE events e SET personal = NULL, salt = NULL
    FROM deleted d
    WHERE e.project = d.project AND e.aggregate_id = d.id AND e.personal IS NOT NULL
)
SELECT 1 FROM deleted
