-- What staff was not allowed to do, the latest first; of one member or one cart where these are named.
SELECT r.at, r.staff_id, s.name, r.request, r.cart_id, r.reason, count(*) OVER () AS total
FROM refused_actions r
LEFT JOIN staff s ON s.project = r.project AND s.id = r.staff_id
WHERE r.project = $1 AND ($2::uuid IS NULL OR r.staff_id = $2) AND ($3::uuid IS NULL OR r.cart_id = $3)
ORDER BY r.id DESC
LIMIT $4 OFFSET $5
