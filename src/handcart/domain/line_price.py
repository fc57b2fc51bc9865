"""What a line says of its price: where it comes from, what staff took off it, or why there is none."""

from typing import Literal

from handcart.domain.document import Document, Timestamp
from handcart.domain.references import Reference


class PricingError(Document):
    """Why a line has no price here: it keeps its last one and is left out of the total."""

    code: Literal["MatchingPriceNotFound"]
    site_id: str | None = None
    sku: str | None = None


PriceRule = Literal["list", "sale", "tier", "external"]


class PricePassport(Document):
    """Where a line's unit price comes from: which price, of which price list (channel; absent: everybody's), by which
    rule, for which site, and since when. Item promotions come on top and are named by themselves.
    """

    price_id: str
    currency: str
    rule: PriceRule
    at: Timestamp
    price_list: Reference | None = None
    site_id: str | None = None


class PriceAdjustment(Document):
    """What a member of staff took off a line's unit price, whatever that price is when it is found again, and why.

    ``permyriad`` counts hundredths of a percent: 1000 is 10 %. It was given for at most ``quantity`` units: whoever
    wants more of them adds them as a line of their own, at the usual price.
    """

    permyriad: int
    quantity: int
    at: Timestamp
    reason: str = ""
    operator: Reference | None = None
