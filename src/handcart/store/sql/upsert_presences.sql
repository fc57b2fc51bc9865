-- Says of many listeners at once that they are there. The database's clock is the one that all server processes have.
INSERT INTO presences (project, cart_id, listener, kind, staff_id, via_kind, via_id, since, seen_at)
SELECT project, cart_id, listener, kind, staff_id, via_kind, via_id, clock_timestamp(), clock_timestamp()
FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[])
    AS here (project, cart_id, listener, kind, staff_id, via_kind, via_id)
ON CONFLICT (project, cart_id, listener)
DO UPDATE SET seen_at = EXCLUDED.seen_at, via_kind = EXCLUDED.via_kind, via_id = EXCLUDED.via_id
