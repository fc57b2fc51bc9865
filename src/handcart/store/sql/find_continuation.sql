-- What a link's token stands for.
SELECT order_id, owner FROM continuations WHERE hash = $1 AND project = $2 AND expires_at > $3
