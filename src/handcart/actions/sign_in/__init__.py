"""Who someone is: tokens, sign-in, sign-up, and what happens to a guest's carts then."""
