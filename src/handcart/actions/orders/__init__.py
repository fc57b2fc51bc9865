"""Orders: submitting carts, reading and querying orders."""
