-- Writes a locked takeover without its words; its version counts who holds it and stays.
UPDATE takeovers SET document = $3 WHERE project = $1 AND id = $2
