-- Marks a merge as taken back, once; its sources may be merged again.
WITH undone AS (
    UPDATE merges SET version = $3, state = 'Undone', document = $4
    WHERE project = $1 AND id = $2 AND state = 'Applied'
    RETURNING project, id
)
DELETE FROM merge_sources s USING undone u WHERE s.project = u.project AND s.merge_id = u.id
