-- Every small resource of a project: channels, types, tax categories, zones, methods, groups, sites, business units;
-- and how the sites that share a cart have changed.
SELECT kind, document FROM resources WHERE project = $1
UNION ALL
SELECT 'site-group-change', document FROM site_group_changes WHERE project = $1
