"""HTTP at the edge: decode, authorise, call one action, encode."""
