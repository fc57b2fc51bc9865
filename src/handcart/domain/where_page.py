"""What a client asks of a collection, and the page it gets."""

from collections.abc import Mapping, Sequence

import msgspec

from handcart.domain.errors import InvalidInput
from handcart.domain.where import Predicate, malformed, parse_predicate

LIMIT_DEFAULT = 20
LIMIT_MAX = 500
OFFSET_MAX = 10_000


class Sort(msgspec.Struct, frozen=True):
    """One key to sort by, by its path such as ``store.key``."""

    path: str
    descending: bool = False


class QueryRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A query: all of ``where`` hold. ``expand`` names references whose targets the client wants to see as well."""

    where: tuple[Predicate, ...] = ()
    sort: tuple[Sort, ...] = ()
    limit: int = LIMIT_DEFAULT
    offset: int = 0
    with_total: bool = True
    expand: tuple[str, ...] = ()


class QueryPage(msgspec.Struct, frozen=True):
    """The page: each result is the JSON of one document. ``total`` is None where nobody asked for it."""

    results: list[bytes]
    limit: int
    offset: int
    total: int | None


def request_of(parameters: Mapping[str, Sequence[str]]) -> QueryRequest:
    """The query that the parameters of a query string ask for; those it does not know mean nothing to it.

    Raises InvalidInput for a malformed ``where``, ``sort``, ``limit`` (0 to 500), ``offset`` (0 to 10,000) or
    ``withTotal``.
    """
    variables = {name[4:]: values for name, values in parameters.items() if name.startswith("var.")}
    return QueryRequest(
        where=tuple(parse_predicate(each, variables) for each in parameters.get("where", ())),
        sort=tuple(_sort_of(each) for each in parameters.get("sort", ())),
        limit=_integer_of(parameters, "limit", default=LIMIT_DEFAULT, largest=LIMIT_MAX),
        offset=_integer_of(parameters, "offset", default=0, largest=OFFSET_MAX),
        with_total=_boolean_of(parameters, "withTotal", default=True),
        expand=tuple(parameters.get("expand", ())),
    )


def _sort_of(text: str) -> Sort:
    path, *direction = text.split() or [""]
    if not path or direction not in ([], ["asc"], ["desc"]):
        raise malformed(f"expected a field and asc or desc, found {text!r}", 0, parameter="sort")
    return Sort(path, direction == ["desc"])


def _integer_of(parameters: Mapping[str, Sequence[str]], name: str, *, default: int, largest: int) -> int:
    values = parameters.get(name)
    if not values:
        return default
    text = values[-1]
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) > largest:
        raise InvalidInput(detail=f"Malformed parameter: {name}: {text!r} is not a whole number from 0 to {largest}.")
    return int(text)


def _boolean_of(parameters: Mapping[str, Sequence[str]], name: str, *, default: bool) -> bool:
    values = parameters.get(name)
    if not values:
        return default
    if values[-1] not in ("true", "false"):
        raise InvalidInput(detail=f"Malformed parameter: {name}: {values[-1]!r} is not true or false.")
    return values[-1] == "true"
