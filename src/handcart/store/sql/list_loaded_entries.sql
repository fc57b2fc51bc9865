-- What of a project file was loaded last.
SELECT section, name, digest FROM loaded_entries WHERE project = $1
