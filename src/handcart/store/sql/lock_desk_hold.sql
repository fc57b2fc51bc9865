-- A desk as an agent's request found it, kept so until the transaction ends.
SELECT 1 FROM desks WHERE project = $1 AND id = $2 AND version = $3 FOR SHARE
