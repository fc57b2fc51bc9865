"""What somebody meant by a change: a cart's parts as flat values that somebody sets, without what follows.

A value lies at a path such as ``lineItems/{id}/quantity``, ``customLineItems/{id}/money``, ``discountCodes/{id}``,
``itemShippingAddresses/{key}``, ``shippingAddress``, ``shippingInfo`` (the method's id), ``custom`` (the type's id) and
``custom/{type}/{name}``. Quantities are there for every line; None stands for what is not there.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from handcart.domain.document import Timestamp
from handcart.domain.history import CartParts, RecordedEvent, before_of

Intents = dict[str, Any]

SCALARS = frozenset(
    "shippingAddress billingAddress customerEmail customerGroup locale country purchaseOrderNumber "
    "deleteDaysAfterLastModification alternateContact".split()
)
BROUGHT_ALONG = ("shippingAddress", "billingAddress", "custom")
"""The scalars that a new cart may have been made with; a country or a language is there from the start."""

_COLLECTIONS = ("customLineItems", "discountCodes", "itemShippingAddresses")
_LINE_FIELDS = ("key", "supplyChannel", "distributionChannel", "shippingDetails", "priceAdjustment")
_CUSTOM_LINE_FIELDS = ("key", "name", "slug", "money", "taxCategory", "shippingDetails")
ORDER = "lineItemOrder"


class Change(msgspec.Struct, frozen=True):
    """One value that one event changed."""

    path: str
    before: Any
    after: Any


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One event as changes of values; ``operator`` is the id of the member of staff whose edit it was."""

    kind: str
    at: Timestamp
    operator: str | None
    actions: list[dict[str, Any]]
    changes: list[Change]
    removed: dict[str, Any]
    """The lines and custom lines that went, whole, by ``lineItems/{id}`` and ``customLineItems/{id}``."""
    order: list[str]
    """The ids of the lines before it."""


EDITS = frozenset({"CartCreated", "CartReplicated", "CartChanged", "CartRestored"})
"""What staff does to a cart by such an event can be taken back. Merging and ordering have their own ways."""


def steps_of(parts: CartParts, events: Iterable[RecordedEvent]) -> Iterator[Step]:
    """The events as changes, the newest first, which is how they come; ``parts`` are stepped back on the way."""
    for event in events:
        body, was = event.body, before_of(event)
        is_first = body.version_from == 0
        roots = _all_roots(parts) if is_first else {_root_of(each) for each in was}
        after = _intents_at(parts, roots)
        lines_after = _lines_at(parts, roots)
        order_after = parts.value(ORDER)
        for path, value in was.items():
            parts.step_back(path, value)
        before = {} if is_first else _intents_at(parts, roots)
        lines_before = {} if is_first else _lines_at(parts, roots)
        order: list[str] = [] if is_first else parts.value(ORDER)
        changes = [
            Change(path, before.get(path), after.get(path))
            for path in dict.fromkeys([*before, *after])
            if before.get(path) != after.get(path)
        ]
        if any(each.get("action") == "changeLineItemsOrder" for each in body.actions):
            changes.append(Change(ORDER, order, order_after))
        yield Step(
            kind=body.kind,
            at=body.at,
            operator=event.operator_id if body.kind in EDITS else None,
            actions=body.actions,
            changes=changes,
            removed={path: line for path, line in lines_before.items() if path not in lines_after},
            order=order,
        )


def _root_of(path: str) -> str:
    head, *steps = path.split("/")
    return f"{head}/{steps[0]}" if head == "lineItems" and steps else head


def _all_roots(parts: CartParts) -> set[str]:
    return {*_COLLECTIONS, *BROUGHT_ALONG, *(f"lineItems/{each}" for each in parts.value(ORDER))}


def _lines_at(parts: CartParts, roots: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for root in roots:
        if root.startswith("lineItems/"):
            found[root] = parts.value(root)
        elif root == "customLineItems":
            found |= {f"{root}/{each['id']}": each for each in parts.value(root) or ()}
    return {path: line for path, line in found.items() if line is not None}


def _intents_at(parts: CartParts, roots: Iterable[str]) -> Intents:
    intents: Intents = {}
    for root in roots:
        value = parts.value(root)
        if value is None:
            continue
        if root.startswith("lineItems/"):
            intents |= line_intents(root, value)
        elif root in _FLATTENED:
            intents |= _FLATTENED[root](value)
        elif root in SCALARS:
            intents[root] = value
    return intents


def line_intents(path: str, line: dict[str, Any]) -> Intents:
    """What was said of a line."""
    said = {f"{path}/{name}": line[name] for name in _LINE_FIELDS if name in line}
    if f"{path}/shippingDetails" in said:
        said[f"{path}/shippingDetails"] = line["shippingDetails"]["targets"]
    if line["priceMode"] != "Platform":
        fields = (
            ("priceMode", "price", "totalPrice") if line["priceMode"] == "ExternalTotal" else ("priceMode", "price")
        )
        said[f"{path}/price"] = {name: line[name] for name in fields}
    return {f"{path}/quantity": line["quantity"], **said, **_custom_intents(f"{path}/custom", line.get("custom"))}


def _custom_line_intents(lines: list[dict[str, Any]]) -> Intents:
    intents: Intents = {}
    for line in lines:
        path = f"customLineItems/{line['id']}"
        intents |= {f"{path}/{name}": line[name] for name in _CUSTOM_LINE_FIELDS if name in line}
        intents |= _custom_intents(f"{path}/custom", line.get("custom"))
        intents[f"{path}/quantity"] = line["quantity"]
    return intents


def _custom_intents(path: str, custom: dict[str, Any] | None) -> Intents:
    if custom is None:
        return {}
    type_id = custom["type"]["id"]
    fields = custom.get("fields") or {}
    return {path: type_id, **{f"{path}/{type_id}/{name}": value for name, value in fields.items()}}


def _shipping_intents(shipping: dict[str, Any]) -> Intents:
    method = shipping.get("shippingMethod")
    return {"shippingInfo": method["id"]} if method is not None else {}


_FLATTENED: dict[str, Callable[[Any], Intents]] = {
    "customLineItems": _custom_line_intents,
    "discountCodes": lambda codes: {f"discountCodes/{each['discountCode']['id']}": True for each in codes},
    "itemShippingAddresses": lambda found: {f"itemShippingAddresses/{each['key']}": each for each in found},
    "custom": lambda custom: _custom_intents("custom", custom),
    "shippingInfo": _shipping_intents,
}
