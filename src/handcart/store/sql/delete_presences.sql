-- Forgets listeners that have gone, and those of server processes that were killed.
DELETE FROM presences p
WHERE seen_at < clock_timestamp() - make_interval(secs => $2)
   OR EXISTS (
       SELECT FROM unnest($1::uuid[]) AS gone (listener) WHERE gone.listener = p.listener)
