"""Adjusting a line's price for a shopper: with a reason, within what a role allows, and it outlives every repricing."""

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart
from handcart.domain.errors import InvalidField, RequiredField
from handcart.domain.line_price import PriceAdjustment
from handcart.domain.updates.lines import LineAction, with_line

REASON_LENGTH_MAX = 500


class AdjustLineItemPrice(LineAction, tag="adjustLineItemPrice"):
    """Take a share off a line's unit price, in hundredths of a percent (1000 is 10 %); none takes it back."""

    is_mine = False
    touches_frozen = True

    permyriad: int | None = None
    reason: str | None = None

    def apply(self, cart: Cart, acting: Acting) -> Cart:
        """Raises RequiredField without a reason, InvalidField for a share outside 0 to 10000."""
        line = self.find(cart)
        if not self.permyriad:
            return with_line(
                cart, line, line if line.price_adjustment is None else replace(line, price_adjustment=None)
            )
        if not 0 < self.permyriad <= 10_000:
            raise InvalidField(field="permyriad", invalid_value=self.permyriad)
        if not self.reason or not self.reason.strip():
            raise RequiredField(field="reason")
        if len(self.reason) > REASON_LENGTH_MAX:
            raise InvalidField(field="reason", invalid_value=self.reason)
        if line.price_mode == "ExternalTotal":
            raise InvalidField(field="lineItemId", invalid_value=line.id)
        before = line.price_adjustment
        wanted = (self.permyriad, self.reason, line.quantity)
        if before is not None and (before.permyriad, before.reason, before.quantity) == wanted:
            return cart
        adjustment = PriceAdjustment(
            permyriad=self.permyriad,
            quantity=line.quantity,
            reason=self.reason,
            at=acting.now,
            operator=acting.actor.operator,
        )
        return with_line(cart, line, replace(line, price_adjustment=adjustment))
