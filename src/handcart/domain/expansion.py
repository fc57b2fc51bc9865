"""Reference expansion: ``expand=zoneRates[*].zone`` puts the zone itself beside its id, as ``obj``.

Only targets that lie in the catalogue can be shown: those cost nothing to find. A path that leads nowhere, or to a
reference of another kind, changes nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import encode
from handcart.domain.errors import InvalidInput

PATHS_MAX = 20
INDEX_DIGITS_MAX = 6

_STEP = re.compile(r"([^.\[\]]+)((?:\[(?:\*|\d+)\])*)\Z")
_INDEX = re.compile(r"\[(\*|\d+)\]")


def expanded(document: bytes, paths: Iterable[str], catalogue: Catalogue) -> bytes:
    """The document with the targets of the named references in it. Raises InvalidInput for a malformed path."""
    steps = [_steps_of(path) for path in paths]
    if not steps:
        return document
    if len(steps) > PATHS_MAX:
        raise InvalidInput(detail=f"Malformed parameter: expand: there may be {PATHS_MAX} paths.")
    tree = msgspec.json.decode(document)
    targets = _targets_of(catalogue)
    for each in steps:
        for reference in _reached(tree, each, targets):
            _expand(reference, targets)
    return encode(tree)


def _steps_of(path: str) -> list[str]:
    steps: list[str] = []
    for part in path.split("."):
        match = _STEP.match(part)
        if match is None:
            raise InvalidInput(detail=f"Malformed parameter: expand: {path!r} is no path.")
        steps.append(match[1])
        steps.extend(_INDEX.findall(match[2]))
    return steps


def _targets_of(catalogue: Catalogue) -> dict[str, Mapping[str, Any]]:
    return {
        "channel": catalogue.channels,
        "type": catalogue.types.by_id,
        "tax-category": catalogue.tax_categories,
        "zone": catalogue.zones,
        "shipping-method": catalogue.shipping_methods,
        "customer-group": catalogue.customer_groups,
        "product-type": catalogue.product_types,
        "store": catalogue.sites_by_id,
        "business-unit": catalogue.business_units,
        "cart-discount": catalogue.cart_discounts,
        "discount-code": catalogue.discount_codes,
    }


def _reached(node: Any, steps: list[str], targets: dict[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The references at the end of the path; one on the way is expanded, and the path goes on in its target."""
    if not steps:
        if isinstance(node, dict):
            yield node
        return
    step, rest = steps[0], steps[1:]
    if isinstance(node, list):
        for each in node if step == "*" else _element(node, step):
            yield from _reached(each, rest, targets)
    elif isinstance(node, dict):
        if step not in node and step != "obj" and _expand(node, targets):
            node = node["obj"]
        if step in node:
            yield from _reached(node[step], rest, targets)


def _element(elements: list[Any], index: str) -> list[Any]:
    """The element with that number in a list of its own; none for what is no number, or beyond any list."""
    if not index.isascii() or not index.isdecimal() or len(index) > INDEX_DIGITS_MAX:
        return []
    return elements[int(index) :][:1]


def _expand(node: dict[str, Any], targets: dict[str, Mapping[str, Any]]) -> bool:
    """Put the target into the reference; False where there is none."""
    if "obj" not in node:
        type_id, target_id = node.get("typeId"), node.get("id")
        if not isinstance(type_id, str) or not isinstance(target_id, str):
            return False
        target = targets.get(type_id, {}).get(target_id)
        if target is None:
            return False
        node["obj"] = msgspec.json.decode(encode(target))
    return True
