"""Products: what clients send, what becomes of it, update actions, and what shoppers see."""
