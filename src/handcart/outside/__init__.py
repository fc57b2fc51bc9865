"""The world outside, behind small protocols."""
