-- Forgets the unpublished changes of a site or group that is, or is not there, exactly as it is published.
DELETE FROM unpublished_changes u
WHERE u.project = $1 AND u.kind = $2 AND u.name = $3
  AND u.published IS NOT DISTINCT FROM (
      SELECT r.document FROM resources r
      WHERE r.project = $1 AND r.kind = $2 AND coalesce(r.key, r.id) = $3
  )
