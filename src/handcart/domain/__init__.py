"""Pure data and decisions: imports the standard library and msgspec, nothing else; no async, no clock, no chance."""
