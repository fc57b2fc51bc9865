"""Predicates of discounts: whether a line or a cart matches what the merchant wrote.

The language is that of queries (``domain.where``), over the fields that a merchant needs: of lines SKU, product,
categories, site, quantity and amounts; of carts amounts, quantity, site, country, currency and customer. Amounts are
compared as ``"12.50 USD"``, or in minor units through ``….centAmount``. ``true`` and ``1 = 1`` always match.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from handcart.domain.cart import Cart, CustomLineItem, LineItem
from handcart.domain.errors import InvalidInput
from handcart.domain.money import Money, fraction_digits_of
from handcart.domain.product import Offer
from handcart.domain.where import All, Condition, Either, Not, Predicate, Value, parse_predicate

ALWAYS = frozenset({"true", "1 = 1", "1=1"})

LINE_FIELDS = frozenset(
    "sku quantity siteId productId product.id product.key productKey variant.id categories.id price price.centAmount "
    "totalPrice totalPrice.centAmount currency".split()
)
CUSTOM_LINE_FIELDS = frozenset("slug quantity money money.centAmount totalPrice totalPrice.centAmount currency".split())
CART_FIELDS = frozenset(
    "totalPrice totalPrice.centAmount lineItemCount siteId store.key country currency customer.id "
    "customer.customerGroup.id customer.email".split()
)
AMOUNT_FIELDS = frozenset({"price", "totalPrice", "money"})
NUMBER_LENGTH_MAX = 20
_AMOUNT = re.compile(r"(-?[0-9]{1,18}(?:\.[0-9]{1,6})?) +([A-Z]{3})")

Facts = Mapping[str, Any]


def parsed(text: str, fields: frozenset[str], *, field: str) -> Predicate | None:
    """The predicate; None matches always. Raises InvalidInput for bad syntax and for a field that is not there."""
    if text.strip() in ALWAYS:
        return None
    predicate = parse_predicate(text, {})
    _check_fields(predicate, fields, field)
    return predicate


def _check_fields(predicate: Predicate, fields: frozenset[str], field: str) -> None:
    if isinstance(predicate, All | Either):
        for each in predicate.parts:
            _check_fields(each, fields, field)
    elif isinstance(predicate, Not):
        _check_fields(predicate.part, fields, field)
    elif predicate.path not in fields and not predicate.path.startswith("custom."):
        known = ", ".join(sorted(fields))
        raise InvalidInput(detail=f"Malformed predicate in {field}: there is no {predicate.path} in {known}, custom.*.")
    else:
        _check_values(predicate, field)


def _check_values(condition: Condition, field: str) -> None:
    """Refuse a number or an amount that nothing could be compared with: it would only show when a cart is priced."""
    for each in condition.values:
        if condition.path in AMOUNT_FIELDS and amount_of(each.text) is None:
            raise InvalidInput(
                detail=f'Malformed predicate in {field}: {condition.path} is compared with amounts like "12.50 USD".'
            )
        if each.kind == "number" and len(each.text) > NUMBER_LENGTH_MAX:
            raise InvalidInput(
                detail=f"Malformed predicate in {field}: a number has at most {NUMBER_LENGTH_MAX} characters."
            )


def matches(predicate: Predicate | None, facts: Facts) -> bool:
    """Whether the facts satisfy the predicate. What is absent equals nothing and is different from everything."""
    if predicate is None:
        return True
    if isinstance(predicate, All):
        return all(matches(each, facts) for each in predicate.parts)
    if isinstance(predicate, Either):
        return any(matches(each, facts) for each in predicate.parts)
    if isinstance(predicate, Not):
        return not matches(predicate.part, facts)
    return _holds(predicate, facts.get(predicate.path))


def _holds(condition: Condition, fact: Any) -> bool:
    operator = condition.operator
    if operator in ("is defined", "is not defined"):
        return (fact is not None) == (operator == "is defined")
    facts = fact if isinstance(fact, frozenset) else frozenset(() if fact is None else (fact,))
    wanted = [_comparable(each, fact) for each in condition.values]
    if operator in ("in", "contains any"):
        return any(each in facts for each in wanted)
    if operator == "contains all":
        return all(each in facts for each in wanted)
    if operator == "not in":
        return not any(each in facts for each in wanted)
    if operator in ("=", "!="):
        return (wanted[0] in facts) == (operator == "=")
    return fact is not None and wanted[0] is not None and _COMPARISONS[operator](fact, wanted[0])


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda fact, wanted: bool(_ordered(fact, wanted) and fact < wanted),
    "<=": lambda fact, wanted: bool(_ordered(fact, wanted) and fact <= wanted),
    ">": lambda fact, wanted: bool(_ordered(fact, wanted) and fact > wanted),
    ">=": lambda fact, wanted: bool(_ordered(fact, wanted) and fact >= wanted),
}


def _ordered(fact: Any, wanted: Any) -> bool:
    """Whether two values can be put in order: of one kind, and amounts of one currency."""
    if isinstance(fact, tuple) and isinstance(wanted, tuple):
        return bool(fact[0] == wanted[0])
    return type(fact) is type(wanted) or (type(fact) is int and type(wanted) is Decimal)


def _comparable(value: Value, fact: Any) -> Any:
    """A literal as the kind of value that it is compared with; None where it cannot be."""
    if value.kind == "boolean":
        return value.text == "true"
    if isinstance(fact, tuple):
        return amount_of(value.text)
    if value.kind == "number":
        return int(value.text) if value.text.lstrip("-").isdigit() else Decimal(value.text)
    return value.text


def amount_of(text: str) -> tuple[str, int] | None:
    """``"12.50 USD"`` as currency and minor units; None for what is no such amount."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    number, currency = found.groups()
    cents = Decimal(number).scaleb(fraction_digits_of(currency))
    return (currency, int(cents)) if cents == int(cents) else None


def _money(money: Money) -> tuple[str, int]:
    return money.currency_code, money.cent_amount


def facts_of_line(line: LineItem, offer: Offer | None, unit: Money) -> Facts:
    """What a predicate may ask of a line; ``unit`` is its undiscounted unit price."""
    facts: dict[str, Any] = {
        "sku": line.variant.sku,
        "quantity": line.quantity,
        "siteId": line.site_id,
        "productId": line.product_id,
        "product.id": line.product_id,
        "product.key": line.product_key,
        "productKey": line.product_key,
        "variant.id": line.variant.id,
        "categories.id": offer.categories if offer is not None else frozenset(),
        "price": _money(unit),
        "price.centAmount": unit.cent_amount,
        "totalPrice": (unit.currency_code, unit.cent_amount * line.quantity),
        "totalPrice.centAmount": unit.cent_amount * line.quantity,
        "currency": unit.currency_code,
    }
    return facts | _custom(line.custom.fields if line.custom else {})


def facts_of_custom_line(line: CustomLineItem) -> Facts:
    """What a predicate may ask of a custom line."""
    facts: dict[str, Any] = {
        "slug": line.slug,
        "quantity": line.quantity,
        "money": _money(line.money),
        "money.centAmount": line.money.cent_amount,
        "totalPrice": (line.money.currency_code, line.money.cent_amount * line.quantity),
        "totalPrice.centAmount": line.money.cent_amount * line.quantity,
        "currency": line.money.currency_code,
    }
    return facts | _custom(line.custom.fields if line.custom else {})


def facts_of_cart(cart: Cart, *, subtotal: Money, site_key: str | None, quantity: int) -> Facts:
    """What a predicate may ask of a cart; ``subtotal`` is what its lines come to."""
    facts: dict[str, Any] = {
        "totalPrice": _money(subtotal),
        "totalPrice.centAmount": subtotal.cent_amount,
        "lineItemCount": quantity,
        "siteId": site_key,
        "store.key": cart.store.key if cart.store else None,
        "country": cart.country,
        "currency": subtotal.currency_code,
        "customer.id": cart.customer_id,
        "customer.email": cart.customer_email,
        "customer.customerGroup.id": cart.customer_group.id if cart.customer_group else None,
    }
    return facts | _custom(cart.custom.fields if cart.custom else {})


def _custom(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {f"custom.{name}": value for name, value in fields.items() if isinstance(value, str | int | bool)}
