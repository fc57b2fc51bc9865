"""Pairing an agent with a guest's cart: the code, the consent, the end."""
