"""Carts: reading, creating, changing, merging, and the current cart of a shopper."""
