"""Starting, watching and ending operating-system processes: the embedded PostgreSQL and the servers."""
