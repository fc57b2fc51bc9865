"""Live streams of carts and desks."""
