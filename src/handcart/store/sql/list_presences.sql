-- Who listens to these carts and was heard of lately.
SELECT p.project, p.cart_id, p.kind, p.staff_id, p.via_kind, p.via_id, p.since, s.name
FROM unnest($1::text[], $2::uuid[]) AS asked (project, cart_id)
JOIN presences p ON p.project = asked.project AND p.cart_id = asked.cart_id
LEFT JOIN staff s ON s.project = p.project AND s.id = p.staff_id
WHERE p.seen_at > clock_timestamp() - make_interval(secs => $3)
