-- Writes a project's settings; whoever does it holds the row's lock.
UPDATE projects SET document = $2 WHERE key = $1
