"""What the documentation's tables say, read from the code. ``python -m tests.docs.tables`` writes them anew."""

import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from handcart.api import refusals
from handcart.api.route import Route
from handcart.api.routes import route_table
from handcart.domain import errors
from handcart.domain.customers.apply import AnyCustomerAction, MyCustomerAction
from handcart.domain.inventory import InventoryUpdate
from handcart.domain.permissions import ROLE_BEHAVIOURS, Permission
from handcart.domain.products.updates.apply import ProductUpdate
from handcart.domain.project_file_sections import SECTIONS
from handcart.domain.resources import kinds
from handcart.domain.updates.apply import AnyCartAction
from handcart.domain.updates.lines import RemoveLineItem
from handcart.domain.updates.published import PUBLISHED_CART_ACTIONS
from handcart.store import inventory, queries
from tests.docs.pages import DOCS, write_tables

API, OPERATING = DOCS / "api.md", DOCS / "operating.md"

IN_STORE = "/in-store/key={storeKey}"

_RESOURCE_PATHS = {
    "channels": "channel",
    "types": "type",
    "tax-categories": "tax-category",
    "zones": "zone",
    "shipping-methods": "shipping-method",
    "customer-groups": "customer-group",
    "product-types": "product-type",
    "stores": "store",
    "business-units": "business-unit",
    "cart-discounts": "cart-discount",
    "discount-codes": "discount-code",
}


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown; ``head`` has its columns between bars."""
    columns = head.count("|") + 1
    lines = [f"| {head} |", "|" + "---|" * columns]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def code(names: Iterable[str]) -> str:
    """Names as code, one after the other."""
    return ", ".join(f"`{each}`" for each in names)


def refusal_kinds() -> list[type[errors.Refusal]]:
    """Every refusal that can be answered: one that others are kinds of is answered too if it has a row of its own."""
    found: list[type[errors.Refusal]] = []
    left = list(errors.Refusal.__subclasses__())
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if kind is not errors.StateRefusal and (kind in refusals.REFUSALS or not kind.__subclasses__()):
            found.append(kind)
    return found


def status_and_code(kind: type[errors.Refusal]) -> tuple[int, str]:
    """As ``refusals.status_and_code``, for a class."""
    return next(refusals.REFUSALS[each] for each in kind.__mro__ if each in refusals.REFUSALS)


def refusal_table() -> str:
    """Status, code, reason, message and fields of each refusal."""

    def row(kind: type[errors.Refusal]) -> list[str]:
        status, wire = status_and_code(kind)
        is_oauth = issubclass(kind, errors.OAuthRefusal | errors.InvalidToken | errors.InsufficientScope)
        reason = "" if is_oauth or kind.__name__ == wire else kind.__name__
        names = getattr(kind, "__dataclass_fields__", {})
        fields = [refusals.camel(name) for name in names if name not in refusals._NOT_FOR_CLIENTS]
        message = (kind.__doc__ or "").partition("\n")[0].replace("{detail}", "(what is wrong)")
        return [str(status), f"`{wire}`", code([reason] if reason else []), message, code(fields)]

    rows = sorted((row(kind) for kind in refusal_kinds()), key=lambda each: (each[0], each[1], each[2]))
    return table("status | code | reason | message | fields besides", rows)


def tags(union: Any) -> list[str]:
    """The names of the actions in a union, in alphabetical order."""
    return sorted(str(each.__struct_config__.tag) for each in typing.get_args(union) or (union,))


def actions_of(update: Any) -> list[str]:
    """The names of the actions of a request to change something."""
    fields = {each.name: each.type for each in msgspec.structs.fields(update)}
    return tags(typing.get_args(fields["actions"])[0])


def cart_action_table() -> str:
    """Each built update action of a cart: whose it is, and whether it may come without a version."""
    rows = []
    for each in sorted(typing.get_args(AnyCartAction), key=lambda each: str(each.__struct_config__.tag)):
        is_free = each.commutes or not each.needs_base
        without = "of a whole line" if each is RemoveLineItem else "yes" if is_free else ""
        rows.append([f"`{each.__struct_config__.tag}`", "yes" if each.is_mine else "", without])
    return table("action | through `me` | without a version", rows)


def refused_cart_actions() -> str:
    """The published update actions of a cart that are refused by name."""
    return code(sorted(PUBLISHED_CART_ACTIONS - set(tags(AnyCartAction)))) + "\n"


def action_table() -> str:
    """The update actions of everything that is no cart."""
    rows = [
        ["customer", code(tags(AnyCustomerAction)), ""],
        ["customer, through `me`", code(tags(MyCustomerAction)), ""],
    ]
    updates = {"product": ProductUpdate, "inventory-entry": InventoryUpdate}
    updates |= {kind.type_id: kind.update for kind in _kinds()}
    for name, update in sorted(updates.items()):
        refused = code(sorted(getattr(update, "UNBUILT_ACTIONS", ())))
        rows.append([name, code(actions_of(update)), refused])
    return table("of | built | refused by name", rows)


def _kinds() -> Iterator[kinds.ResourceKind]:
    yield from (each for each in vars(kinds).values() if isinstance(each, kinds.ResourceKind))


def routes_of_page() -> str:
    """Every route: its path, the methods, whether it is in stores too, and what it asks for."""
    routes = route_table().routes
    everywhere = {(each.method, each.pattern) for each in routes if IN_STORE not in each.pattern}
    in_stores = {(each.method, each.pattern.replace(IN_STORE, "", 1)) for each in routes if IN_STORE in each.pattern}
    methods: dict[tuple[str, str, str, str], list[str]] = {}
    for each in routes:
        bare = (each.method, each.pattern.replace(IN_STORE, "", 1))
        if IN_STORE in each.pattern and bare in everywhere:
            continue
        place = "only" if bare not in everywhere else "yes" if bare in in_stores else ""
        path = bare[1].removeprefix("/{pk}") or "/"
        methods.setdefault((path, place, *_needs(each)), []).append(each.method)
    rows: dict[tuple[str, ...], list[str]] = {}
    for (path, *rest), found in methods.items():
        rows.setdefault((path.split("/")[1], " ".join(found), *rest), []).append(path)
    return table(
        "path | methods | in store | scopes, any of | behaviours, any of",
        ([code(paths), found, *rest] for (_, found, *rest), paths in rows.items()),
    )


def _needs(route: Route) -> tuple[str, str]:
    right = route.permission.value
    if route.permission is Permission.PUBLIC:
        return "no token", ""
    if right.is_open:
        return "any token of the project", "any"
    scopes = code(right.scopes)
    if right.own_scopes:
        own = f"a shopper's token with {code(right.own_scopes)}"
        scopes = f"{scopes}, or {own}" if scopes else own
    return f"a shopper's token with {scopes}" if right.is_mine else scopes, code(right.behaviours)


def query_table() -> str:
    """The fields that each collection can be queried by."""
    tables = {
        "carts": queries.CARTS,
        "orders": queries.ORDERS,
        "customers": queries.CUSTOMERS,
        "products": queries.PRODUCTS,
        "product-projections": queries.CURRENT_PROJECTIONS,
        "inventory": inventory.INVENTORY,
    }
    tables |= {path: queries.resources_table(kind) for path, kind in _RESOURCE_PATHS.items()}
    return table("collection | fields", ([f"`{path}`", code(each.fields)] for path, each in tables.items()))


def role_table() -> str:
    """The built-in roles and what each may do."""
    return table("role | behaviours", ([f"`{role}`", code(sorted(held))] for role, held in ROLE_BEHAVIOURS.items()))


def section_table() -> str:
    """The sections of a project file in the order of their loading, and the fields of an entry of each."""
    rows = []
    for section in SECTIONS:
        refused = set(getattr(section.draft, "NOT_YET", ()))
        fields = [each for each in msgspec.structs.fields(section.draft) if each.name not in refused]
        named = [f"**`{each.encode_name}`**" if each.required else f"`{each.encode_name}`" for each in fields]
        rows.append([f"`{section.name}`", section.named_by, ", ".join(named)])
    return table("section | an entry is known by its | fields of an entry (**needed**)", rows)


TABLES: dict[str, Callable[[], str]] = {
    "refusals": refusal_table,
    "cart-actions": cart_action_table,
    "refused-cart-actions": refused_cart_actions,
    "actions": action_table,
    "queries": query_table,
    "routes": routes_of_page,
    "roles": role_table,
    "sections": section_table,
}

if __name__ == "__main__":
    for page in (API, OPERATING):
        write_tables(page, {name: written() for name, written in TABLES.items()})
