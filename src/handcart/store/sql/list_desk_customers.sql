-- Whom a desk serves, the latest first, each with the cart and, of registered customers, who they are.
SELECT k.owner AS served_owner, k.scope, k.selected_at, k.left_at, k.left_version,
       c.id, c.version, c.state, c.owner, c.former_anonymous_id, c.site, c.store, c.origin, c.bill_to, c.ship_to, c.device,
       c.document, c.head, c.priced_site, c.priced_epoch, c.priced_until, c.scope_epoch, c.scope_site,
       u.document AS customer
FROM desk_customers k
JOIN carts c ON c.project = k.project AND c.id = k.cart_id
LEFT JOIN customers u
    ON u.project = k.project AND u.id = CASE WHEN c.owner LIKE 'customer:%' THEN substr(c.owner, 10)::uuid END
-- A cart that has become another customer's is no longer this one's; a walk-in's goes with who signed up.
WHERE k.project = $1 AND k.desk_id = $2 AND c.gone_at IS NULL AND (c.owner = k.owner OR k.owner LIKE 'anonymous:%')
ORDER BY k.selected_at DESC, k.owner, k.scope
LIMIT $3
