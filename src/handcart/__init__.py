"""Handcart: the cart and order engine for assisted commerce."""
