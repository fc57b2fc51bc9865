"""The table of routes, matched on the raw path: ``order-number=2026%2F11`` is one segment.

A route cannot be made without its permission, so that nothing is open by oversight.
"""

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import unquote

import msgspec
from starlette.responses import Response

from handcart.api.call import Call
from handcart.domain.permissions import Permission

Endpoint = Callable[[Call], Awaitable[Response]]


class Route(msgspec.Struct, frozen=True):
    """One method of one path pattern, such as ``/{pk}/carts/key={key}``."""

    method: str
    pattern: str
    permission: Permission
    endpoint: Endpoint
    takes_query_token: bool = False
    """Whether the token may be the query parameter ``access_token``: a browser's EventSource has no headers."""


class _Node:
    __slots__ = ("by_literal", "by_prefix", "name", "routes", "wildcard")

    def __init__(self) -> None:
        self.by_literal: dict[str, _Node] = {}
        self.by_prefix: dict[str, _Node] = {}
        self.wildcard: _Node | None = None
        self.name = ""
        self.routes: dict[str, Route] = {}


class RouteTable:
    """All routes; a literal segment goes before ``prefix={name}``, that before ``{name}``."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        self.routes = tuple(routes)
        for route in self.routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.pattern.strip("/").split("/"):
            if segment.startswith("{"):
                node.wildcard = node.wildcard or _Node()
                node, name = node.wildcard, segment[1:-1]
            elif segment.endswith("}"):
                prefix, _, name = segment.partition("={")
                node, name = node.by_prefix.setdefault(prefix, _Node()), name[:-1]
            else:
                node, name = node.by_literal.setdefault(segment, _Node()), ""
            if node.name not in ("", name):
                raise ValueError(f"{route.pattern}: the segment is called {node.name} elsewhere")
            node.name = name
        if route.method in node.routes:
            raise ValueError(f"{route.method} {route.pattern} is there twice")
        node.routes[route.method] = route

    def match(self, raw_path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        """The routes of a raw path, by method, and the decoded parameters in it; None where no pattern matches."""
        node = self._root
        parameters: dict[str, str] = {}
        for segment in raw_path.strip("/").split("/"):
            following = node.by_literal.get(segment)
            if following is None:
                prefix, equals, value = segment.partition("=")
                following = node.by_prefix.get(prefix) if equals else None
                if following is None:
                    following, value = node.wildcard, segment
                if following is None or not value:
                    return None
                parameters[following.name] = unquote(value)
            node = following
        return (node.routes, parameters) if node.routes else None
