"""Collections as Oracle Commerce answers them (B-O1): a filter, an order, a page, and the envelope around it."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec
from starlette.responses import Response

from handcart.api.call import Call, json_bytes
from handcart.domain.document import encode
from handcart.domain.errors import InvalidField
from handcart.domain.scim import Attribute, Values, parse_filter

LIMIT = 250
"""How many items a page has where nobody says, and at most."""


class Listed(Protocol):
    """What can be found by a filter and put in order."""

    def values(self) -> Values:
        """The texts of each attribute."""
        ...


class SortKey(msgspec.Struct, frozen=True):
    """One key of an order, as the envelope names it."""

    property: str
    order: str


Item = TypeVar("Item", bound=Listed)


def listing(call: Call, items: Sequence[Item], attributes: tuple[Attribute, ...]) -> Response:
    """The page that the call's ``q``, ``sort``, ``offset`` and ``limit`` ask for.

    ``q`` is a SCIM filter over the attributes; ``sort`` is ``displayName:desc``, by ``id`` where nobody says. A
    ``limit`` above 250 is 250. Raises InvalidInput, InvalidField.
    """
    found: list[Item] = list(items)
    if (language := call.query_value("queryFormat")) not in (None, "SCIM"):
        raise InvalidField(field="queryFormat", invalid_value=language, allowed_values=["SCIM"])
    text = call.query_value("q")
    if text is not None:
        matches = parse_filter(text, attributes)
        found = [each for each in found if matches(each.values())]
    offset, limit = call.query_integer("offset") or 0, call.query_integer("limit")
    limit = LIMIT if limit is None else min(limit, LIMIT)
    key = _sort_key(call.query_value("sort"), [each.name for each in attributes])
    found.sort(key=lambda each: each.values()["id"])
    found.sort(key=lambda each: each.values()[key.property], reverse=key.order == "desc")
    envelope = {
        "total": len(found),
        "totalResults": len(found),
        "offset": offset,
        "limit": limit,
        "sort": [key],
        "items": found[offset : offset + limit],
    }
    return json_bytes(encode(envelope))


def _sort_key(text: str | None, properties: list[str]) -> SortKey:
    if not text:
        return SortKey("id", "asc")
    name, _, order = text.partition(":")
    if name not in properties or order not in ("", "asc", "desc"):
        allowed = [f"{each}:{way}" for each in properties for way in ("asc", "desc")]
        raise InvalidField(field="sort", invalid_value=text, allowed_values=allowed)
    return SortKey(name, order or "asc")


def is_published_view(call: Call) -> bool:
    """Whether the call asks for what is published: ``production=true``. Raises InvalidField for another value."""
    text = call.query_value("production")
    if text not in (None, "true", "false"):
        raise InvalidField(field="production", invalid_value=text, allowed_values=["true", "false"])
    return text == "true"


def language_of(call: Call) -> str | None:
    """The language in which names are shown, by the header ``X-CCAsset-Language``; None is each site's own first."""
    return call.request.headers.get("x-ccasset-language")
