"""Which scopes an API client may pass on to a token: parsing, covering, granting.

A resource scope is ``manage_orders:demo`` or, in one store only, ``manage_orders:demo:siteA``. A subject scope
(``customer_id:…``) names who a token acts for; it grants nothing and cannot be asked for.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from handcart.domain.caller import Grant
from handcart.domain.errors import InsufficientScope, InvalidInput, InvalidRequest, InvalidScope

SCOPE_LENGTH_MAX = 4096
"""In characters: a token's scope is kept in the memory of every process."""

SHOPPER_SCOPES = ("view_published_products", "manage_my_orders", "manage_my_profile")
"""What a shopper's token gets by default from a client that may grant everything."""

CREATE_ANONYMOUS_TOKEN = "create_anonymous_token"  # noqa: S105 - it is the name of a scope
CREATE_STAFF_TOKEN = "create_staff_token"  # noqa: S105 - as above
INTROSPECT_TOKENS = "introspect_oauth_tokens"

_RESOURCE_SCOPE = re.compile(r"([a-z][a-z_]*):([A-Za-z0-9_-]+)(?::([A-Za-z0-9_-]+))?")
_FOR_SHOPPERS = re.compile(r"(manage|view)_my_[a-z_]+|view_published_products")


def grants_of(scope: str, project: str) -> frozenset[Grant]:
    """The grants in a scope string such as ``manage_orders:demo manage_my_orders:demo:siteA``.

    Subject scopes name no grant; a scope of another project grants nothing here.
    """
    grants: set[Grant] = set()
    for each in scope.split():
        name, *rest = each.split(":", 2)
        if rest and rest[0] == project:
            grants.add(Grant(name, rest[1] if len(rest) == 2 else None))
    return frozenset(grants)


def full_scopes(scopes: Iterable[str], project: str) -> tuple[str, ...]:
    """A client's scopes with their project: ``manage_orders`` is short for ``manage_orders:demo``.

    Raises InvalidInput for what is no scope, or one of another project.
    """
    found = []
    for each in scopes:
        full = each if ":" in each else f"{each}:{project}"
        matched = _RESOURCE_SCOPE.fullmatch(full)
        if matched is None or matched.group(2) != project:
            raise InvalidInput(detail=f"{each} is no scope of the project {project}.")
        found.append(full)
    return tuple(found)


def projects_named(scope: str) -> frozenset[str]:
    """The projects that a requested scope names; where a client is known in several, it decides between them."""
    matches = (_RESOURCE_SCOPE.fullmatch(each) for each in scope.split())
    return frozenset(each.group(2) for each in matches if each is not None)


def covers(held: Collection[Grant], wanted: Grant) -> bool:
    """Whether a client that holds these grants may grant another: the same or a wider one.

    ``manage_project`` covers everything, ``manage_orders`` covers ``view_orders``, and the whole project covers each
    store.
    """
    names = {wanted.name, "manage_project"}
    verb, _, thing = wanted.name.partition("_")
    if verb == "view":
        names.add(f"manage_{thing}")
    if wanted.name == "view_published_products":
        names |= {"view_products", "manage_products"}
    return any(Grant(name) in held or Grant(name, wanted.store) in held for name in names)


def check_may(scopes: Sequence[str], project: str, needed: str) -> None:
    """Refuse a client without the scope that an endpoint asks of it. Raises InsufficientScope."""
    if not covers(grants_of(" ".join(scopes), project), Grant(needed)):
        raise InsufficientScope(needed=f"{needed}:{project}")


def granted_scope(requested: str, *, scopes: Sequence[str], project: str) -> str:
    """The requested scope, word for word: clients take any other answer for an error.

    Raises InvalidScope for a word that is no scope of this project or that the client's own scopes do not cover.
    """
    if len(requested) > SCOPE_LENGTH_MAX:
        raise InvalidRequest(detail=f"A scope has at most {SCOPE_LENGTH_MAX} characters.")
    held = grants_of(" ".join(scopes), project)
    for each in requested.split():
        matched = _RESOURCE_SCOPE.fullmatch(each)
        if (
            matched is None
            or matched.group(2) != project
            or not covers(held, Grant(matched.group(1), matched.group(3)))
        ):
            raise InvalidScope(scope=each)
    return " ".join(requested.split())


def narrowed_scope(requested: str, *, original: str) -> str:
    """What a refreshed token is granted when a scope is asked for: some of the words that it had.

    Raises InvalidScope for any other.
    """
    had = set(original.split())
    for each in requested.split():
        if each not in had:
            raise InvalidScope(scope=each)
    return " ".join(requested.split())


def resource_scopes(scope: str, project: str) -> str:
    """The words of a scope that grant something; those that name the subject are left out."""
    return " ".join(each for each in scope.split() if each.split(":", 2)[1:2] == [project])


def client_scope(scopes: Sequence[str]) -> str:
    """What a client's own token is granted when it asks for nothing in particular: all it has."""
    return " ".join(scopes)


def shopper_scope(scopes: Sequence[str], project: str) -> str:
    """What a shopper's token is granted when the client asks for nothing in particular: only a shopper's own affairs.

    A client's wider scopes are granted to a shopper only where the client names them. Raises InvalidScope for a client
    that has nothing for shoppers.
    """
    names = [each for each in scopes if _FOR_SHOPPERS.fullmatch(each.partition(":")[0])]
    if Grant("manage_project") in grants_of(" ".join(scopes), project):
        names += [each for each in full_scopes(SHOPPER_SCOPES, project) if each not in names]
    if not names:
        raise InvalidScope(scope=f"manage_my_orders:{project}")
    return " ".join(names)
