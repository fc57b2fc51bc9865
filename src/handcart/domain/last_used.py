"""Which of the carts that one claim left in several scopes goes before the others."""

from handcart.domain.cart import DEFAULT_CART_NAME, Cart
from handcart.domain.claim import Claim, is_mergeable, recency


def last_used(claimed: Claim) -> Cart | None:
    """Of the carts that a claim made or kept current, the one that was last modified before: itself, or one merged into
    it. The claim modified them all at one instant, which therefore tells nothing. Carts under other names than the
    usual one do not count.
    """
    used: dict[str, tuple[str, str]] = {}
    for each in claimed.changes:
        cart_id = each.after.cart.merged_into or each.after.cart.id
        used[cart_id] = max(used.get(cart_id, ("", "")), recency(each.before))
    carts = (each.after.cart for each in claimed.changes if not each.is_gone)
    current = (each for each in carts if is_mergeable(each) and each.name == DEFAULT_CART_NAME)
    return max(current, key=lambda cart: used[cart.id], default=None)
