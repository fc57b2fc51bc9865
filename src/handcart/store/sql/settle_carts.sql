-- Says of carts that they are in one place with their scope's other carts; what they hold does not change.
UPDATE carts SET scope_epoch = $3, scope_site = site WHERE project = $1 AND id = ANY ($2::uuid[])
