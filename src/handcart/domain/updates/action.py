"""What every update action of a cart has in common."""

from typing import ClassVar

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.document import PartialDraft


class CartAction(PartialDraft, tag_field="action"):
    """One change of a cart, as the wire names it.

    ``is_mine``: a shopper may do it through ``me``. ``needs_base``: it is only done against a version. ``commutes``: it
    comes to the same whatever another hand did before, so that it needs none and is never in conflict.
    ``touches_frozen``: a frozen cart refuses it; ``touches_hard_frozen``: a hard-frozen one does.
    """

    is_mine: ClassVar[bool] = True
    needs_base: ClassVar[bool] = True
    commutes: ClassVar[bool] = False
    touches_frozen: ClassVar[bool] = False
    touches_hard_frozen: ClassVar[bool] = False

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """The cart after this change; the same object where it changes nothing. Prices follow later."""
        raise NotImplementedError
