-- Keeps from which epoch on which sites of a group share a cart; whoever does it has bumped the catalogue's epoch first.
INSERT INTO site_group_changes (project, group_id, epoch, document) VALUES ($1, $2, $3, $4)
ON CONFLICT (project, group_id, epoch) DO UPDATE SET document = excluded.document
