"""What cart discounts take off, and from what, as clients send it."""

from typing import Any

from handcart.domain.discount import (
    AbsoluteValue,
    CustomLineItemsTarget,
    DiscountTarget,
    DiscountValue,
    FixedValue,
    LineItemsTarget,
    RelativeValue,
    ShippingTarget,
    TotalPriceTarget,
)
from handcart.domain.document import Draft, PartialDraft
from handcart.domain.errors import DuplicateField, InvalidField, NotImplementedYet
from handcart.domain.money import Money, MoneyDraft, money_from
from handcart.domain.predicate import CUSTOM_LINE_FIELDS, LINE_FIELDS, parsed

PERMYRIAD_MAX = 10_000
"""All of the price, in hundredths of a percent."""


class _Unbuilt(Draft, forbid_unknown_fields=False, tag_field="type"):
    """A published value or target that is refused by its name, whatever else it says."""

    def __post_init__(self) -> None:
        raise NotImplementedYet(feature=f"{self.__struct_config__.tag} in a cart discount")


class GiftLineItemDraft(_Unbuilt, tag="giftLineItem"):
    """A line that the cart gets for nothing."""


class PatternDraft(_Unbuilt, tag="pattern"):
    """Lines that go together."""


class MultiBuyLineItemsDraft(_Unbuilt, tag="multiBuyLineItems"):
    """Every so many units of lines."""


class MultiBuyCustomLineItemsDraft(_Unbuilt, tag="multiBuyCustomLineItems"):
    """Every so many units of custom lines."""


class RelativeDraft(Draft, tag_field="type", tag="relative"):
    """A share off, in hundredths of a percent."""

    permyriad: int


class MoneyValueDraft(PartialDraft):
    """Amounts, one for each currency. How units share one amount cannot be chosen yet."""

    NOT_YET = ("application_mode",)

    money: tuple[MoneyDraft, ...]
    application_mode: Any = None


class AbsoluteDraft(MoneyValueDraft, tag_field="type", tag="absolute"):
    """An amount off."""


class FixedDraft(MoneyValueDraft, tag_field="type", tag="fixed"):
    """A price to pay instead."""


class LineItemsDraft(Draft, tag_field="type", tag="lineItems"):
    """The lines that match the predicate."""

    predicate: str


class CustomLineItemsDraft(Draft, tag_field="type", tag="customLineItems"):
    """The custom lines that match the predicate."""

    predicate: str


class ShippingDraft(Draft, tag_field="type", tag="shipping"):
    """The shipping price."""


class TotalPriceDraft(Draft, tag_field="type", tag="totalPrice"):
    """What lines and custom lines come to."""


ValueDraft = RelativeDraft | AbsoluteDraft | FixedDraft | GiftLineItemDraft
TargetDraft = (
    LineItemsDraft
    | CustomLineItemsDraft
    | ShippingDraft
    | TotalPriceDraft
    | PatternDraft
    | MultiBuyLineItemsDraft
    | MultiBuyCustomLineItemsDraft
)


def value_from(draft: ValueDraft) -> DiscountValue:
    """The value that a draft asks for. Raises InvalidField, and DuplicateField for two amounts in one currency."""
    if isinstance(draft, RelativeDraft):
        if not 1 <= draft.permyriad <= PERMYRIAD_MAX:
            raise InvalidField(field="value.permyriad", invalid_value=draft.permyriad)
        return RelativeValue(permyriad=draft.permyriad)
    assert isinstance(draft, MoneyValueDraft)
    money = _money_from(draft.money)
    return AbsoluteValue(money=money) if isinstance(draft, AbsoluteDraft) else FixedValue(money=money)


def _money_from(drafts: tuple[MoneyDraft, ...]) -> tuple[Money, ...]:
    found: dict[str, Money] = {}
    for each in drafts:
        money = money_from(each, field="value.money")
        if money.cent_amount < 0:
            raise InvalidField(field="value.money.centAmount", invalid_value=money.cent_amount)
        if money.currency_code in found:
            raise DuplicateField(field="value.money.currencyCode", duplicate_value=money.currency_code)
        found[money.currency_code] = money
    if not found:
        raise InvalidField(field="value.money", invalid_value=[])
    return tuple(found.values())


def target_from(draft: TargetDraft) -> DiscountTarget:
    """The target that a draft asks for. Raises InvalidInput for a predicate that cannot be understood."""
    if isinstance(draft, LineItemsDraft):
        parsed(draft.predicate, LINE_FIELDS, field="target.predicate")
        return LineItemsTarget(predicate=draft.predicate)
    if isinstance(draft, CustomLineItemsDraft):
        parsed(draft.predicate, CUSTOM_LINE_FIELDS, field="target.predicate")
        return CustomLineItemsTarget(predicate=draft.predicate)
    return ShippingTarget() if isinstance(draft, ShippingDraft) else TotalPriceTarget()
