"""The only importer of the database driver: one module per aggregate, one file per statement in ``sql/``."""
