-- Moves a locked desk's pointer to another cart, notes at which version the former one was left, and appends the event.
WITH changed AS (
    UPDATE desks
    SET version = version + 1, active_owner = $3, active_cart = $4, is_scratch = $5, head = $6, modified_at = $7
    WHERE project = $1 AND id = $2
    RETURNING project, id, version
), left_behind AS (
    UPDATE desk_customers k
    SET left_at = $7, left_version = c.version
    FROM carts c
    WHERE k.project = $1 AND k.desk_id = $2 AND k.cart_id = $8 AND k.cart_id <> $4 AND k.left_at IS NULL
      AND c.project = k.project AND c.id = k.cart_id
), selected AS (
    INSERT INTO desk_customers (project, desk_id, owner, scope, cart_id, selected_at)
    VALUES ($1, $2, $3, $9, $4, $7)
    ON CONFLICT (project, desk_id, owner, scope)
    DO UPDATE SET cart_id = excluded.cart_id, selected_at = excluded.selected_at, left_at = NULL, left_version = NULL
)
INSERT INTO events (project, aggregate_id, version_from, version_to, at, body, personal, salt, personal_hash, head)
SELECT project, id, version - 1, version, $7, $10, NULL, NULL, $11, $6 FROM changed
