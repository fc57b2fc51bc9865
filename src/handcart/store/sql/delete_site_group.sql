-- Deletes a site group; whoever does it has bumped the catalogue's epoch first.
DELETE FROM resources WHERE project = $1 AND kind = 'site-group' AND id = $2
