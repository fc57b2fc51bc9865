"""Money is integer minor units and a currency; a fraction is rounded once, by name, and parts sum to the whole."""

from decimal import Decimal
from enum import StrEnum

from handcart.domain.document import Document, Draft
from handcart.domain.errors import InvalidField, MoneyOverflow

CENT_AMOUNT_MAX = 9_007_199_254_740_991
"""Clients read JSON numbers as doubles: beyond 2**53 - 1 they would read another amount."""

_FRACTION_DIGITS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)


class RoundingMode(StrEnum):
    HALF_EVEN = "HalfEven"
    HALF_UP = "HalfUp"
    HALF_DOWN = "HalfDown"


class Money(Document, tag_field="type", tag="centPrecision"):
    """An amount in minor units, as the wire writes it."""

    currency_code: str
    cent_amount: int
    fraction_digits: int


class MoneyDraft(Draft):
    """An amount as a client sends it: ``fractionDigits`` follows from the currency and may be left out."""

    currency_code: str
    cent_amount: int
    type: str | None = None
    fraction_digits: int | None = None


def fraction_digits_of(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217)."""
    return _FRACTION_DIGITS.get(currency, 2)


def is_currency(text: str) -> bool:
    """Whether the text has the form of an ISO 4217 code."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def money_of(cents: int, currency: str) -> Money:
    """The amount, refused as MoneyOverflow where a client could not read it exactly."""
    if abs(cents) > CENT_AMOUNT_MAX:
        raise MoneyOverflow()
    return Money(currency_code=currency, cent_amount=cents, fraction_digits=fraction_digits_of(currency))


def money_from(draft: MoneyDraft, *, field: str) -> Money:
    """A client's amount, checked: a known form of currency and the precision that the currency has."""
    if not is_currency(draft.currency_code):
        raise InvalidField(field=f"{field}.currencyCode", invalid_value=draft.currency_code)
    if draft.type not in (None, "centPrecision"):
        raise InvalidField(field=f"{field}.type", invalid_value=draft.type, allowed_values=["centPrecision"])
    digits = fraction_digits_of(draft.currency_code)
    if draft.fraction_digits not in (None, digits):
        raise InvalidField(
            field=f"{field}.fractionDigits", invalid_value=draft.fraction_digits, allowed_values=[digits]
        )
    return money_of(draft.cent_amount, draft.currency_code)


def divide_rounded(numerator: int, denominator: int, mode: RoundingMode = RoundingMode.HALF_EVEN) -> int:
    """The quotient rounded to a whole number; ``denominator`` is positive."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice < denominator:
        return quotient
    if twice > denominator:
        return quotient + 1
    if mode is RoundingMode.HALF_EVEN:
        return quotient + (quotient & 1)
    away_from_zero = quotient + 1 if numerator >= 0 else quotient
    towards_zero = quotient if numerator >= 0 else quotient + 1
    return away_from_zero if mode is RoundingMode.HALF_UP else towards_zero


def tax_on_net(net: int, rate: Decimal, mode: RoundingMode = RoundingMode.HALF_EVEN) -> int:
    """The tax to add to a net amount, in minor units, for a rate such as ``Decimal("0.19")``."""
    part, whole = rate.as_integer_ratio()
    return divide_rounded(net * part, whole, mode)


def net_of_gross(gross: int, rate: Decimal, mode: RoundingMode = RoundingMode.HALF_EVEN) -> int:
    """The net amount within a gross one, in minor units."""
    part, whole = rate.as_integer_ratio()
    return divide_rounded(gross * whole, whole + part, mode)


def allocate(total: int, weights: list[int]) -> list[int]:
    """Split ``total`` in proportion to non-negative weights; the parts sum to it exactly.

    Each part is rounded down and the units left over go to the largest remainders, the earlier part first.
    """
    weight = sum(weights)
    if weight == 0:
        return [total] + [0] * (len(weights) - 1) if weights else []
    parts = [total * each // weight for each in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % weight), index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
