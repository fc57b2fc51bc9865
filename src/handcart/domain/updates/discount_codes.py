"""Discount codes on a cart: entered by the shopper, opened by the merchant."""

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.discounted import DiscountCodeInfo
from handcart.domain.errors import DiscountCodeNonApplicable, InvalidInput, MaxResourceLimitExceeded
from handcart.domain.references import Reference, ResourceIdentifier, check_identifier
from handcart.domain.updates.action import CartAction

CODES_MAX = 10


def with_code(cart: Cart, code: str, acting: Acting) -> Cart:
    """The cart with one more code; one that is there already changes nothing. What it does is found at pricing.

    Raises DiscountCodeNonApplicable for a code that does not exist, MaxResourceLimitExceeded.
    """
    found = acting.catalogue.discount_codes_by_code.get(code)
    if found is None:
        raise DiscountCodeNonApplicable(discount_code=code, why="DoesNotExist")
    reference = Reference(type_id="discount-code", id=found.id)
    if any(each.discount_code == reference for each in cart.discount_codes):
        return cart
    if len(cart.discount_codes) >= CODES_MAX:
        raise MaxResourceLimitExceeded(exceeded_resource="discountCodes", resource_max=CODES_MAX)
    info = DiscountCodeInfo(discount_code=reference, state="DoesNotMatchCart")
    return replace(cart, discount_codes=(*cart.discount_codes, info))


class AddDiscountCode(CartAction, tag="addDiscountCode"):
    """Enter a discount code."""

    commutes = True
    touches_hard_frozen = True

    code: str

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises DiscountCodeNonApplicable for a code that does not exist."""
        return with_code(cart, self.code, acting)


class RemoveDiscountCode(CartAction, tag="removeDiscountCode"):
    """Take a discount code away."""

    commutes = True
    touches_hard_frozen = True

    discount_code: ResourceIdentifier

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises InvalidInput for a code that is not on the cart."""
        check_identifier(self.discount_code, type_id="discount-code", field="discountCode")
        kept = tuple(each for each in cart.discount_codes if each.discount_code.id != self.discount_code.id)
        if len(kept) == len(cart.discount_codes):
            raise InvalidInput(detail=f"The cart has no discount code '{self.discount_code.id}'.")
        return replace(cart, discount_codes=kept)
