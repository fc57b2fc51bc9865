"""The update actions of carts: each a struct that knows how to apply itself, purely, to a cart."""
