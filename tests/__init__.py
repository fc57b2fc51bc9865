"""A package of its own: one of the development dependencies installs its tests under the same name, and a folder
without this file would give way to it."""
