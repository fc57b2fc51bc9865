-- A project's settings, locked until the transaction ends.
SELECT document FROM projects WHERE key = $1 FOR UPDATE
