-- Every small resource of a project: channels, types, tax categories, zones, methods, groups, sites, business units.
SELECT kind, document FROM resources WHERE project = $1
