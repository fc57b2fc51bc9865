-- Waits for other writers of a project's catalogue, and holds them off until the transaction ends.
SELECT epoch FROM changes WHERE project = $1 AND kind = 'catalogue' FOR UPDATE
