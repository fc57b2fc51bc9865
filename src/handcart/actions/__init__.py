"""One operation per module, one visible transaction each; actions never call each other."""
