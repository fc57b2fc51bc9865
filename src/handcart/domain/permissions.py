"""Who may do what: one table, read by every route, tested cell by cell over HTTP. What is not in it is denied.

A token of an API client, a guest or a customer is measured by its OAuth scopes; a token of staff by the behaviours of
its roles. Whose cart it is, is decided by the row: see ``may_touch_cart``.
"""

from enum import Enum

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.errors import BehaviourMissing, InsufficientScope, NotForStaff

ROLE_BEHAVIOURS: dict[str, frozenset[str]] = {
    "SalesAgent": frozenset(
        "customer:read customer:create cart:switch cart:write cart:submit order:offline order:read pairing proposal "
        "history:read".split()
    ),
    "CSR": frozenset("customer:read order:offline order:read admin:console history:read".split()),
    "CSRCustomerUpdate": frozenset(
        "customer:read customer:update order:offline order:read admin:console history:read".split()
    ),
    "Supervisor": frozenset(
        "customer:read order:offline order:read takeover:force price:adjust admin:console appeasement history:read "
        "history:undo".split()
    ),
    "Admin": frozenset(
        "customer:read customer:create customer:update cart:switch cart:write cart:submit order:offline order:read "
        "takeover:force price:adjust pairing proposal history:read history:undo admin:console admin:settings "
        "admin:sites admin:staff appeasement".split()
    ),
}
"""The roles that every new project starts with; a project's own roles are rows of the database."""

BEHAVIOURS = frozenset().union(*ROLE_BEHAVIOURS.values())


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """What a permission asks for: any one of these scopes, or, of staff, any one of these behaviours."""

    scopes: tuple[str, ...] = ()
    behaviours: tuple[str, ...] = ()
    is_mine: bool = False
    """For a shopper's own things: asks for a token of a guest or a customer."""
    own_scopes: tuple[str, ...] = ()
    """Scopes that are enough for a guest's or a customer's token, about their own things."""
    is_open: bool = False
    """For every token of the project."""

    @property
    def is_for_staff(self) -> bool:
        """Whether only a member of staff can do it: it is done by a person, whose name goes with it."""
        return not self.scopes and not self.own_scopes and not self.is_open


def _own(*scopes: str) -> Right:
    return Right(scopes=scopes, is_mine=True)


def _setting(*scopes: str) -> Right:
    """Part of a project's setup: whoever sets the project up may do it, and whoever has one of these scopes."""
    return Right(scopes=(*scopes, "manage_project_settings"), behaviours=("admin:settings",))


def _setting_seen(kind: str) -> Right:
    """As a product's price and shipping cost follow from the setup, whoever sees products sees it."""
    seen = ("view_project_settings", "manage_project_settings", "view_products", "manage_products")
    return Right(scopes=(f"view_{kind}", f"manage_{kind}", *seen), behaviours=("admin:settings", "admin:console"))


def _promotion_seen(kind: str) -> Right:
    """Not for whoever sees products: a code that everybody knows is given to everybody."""
    seen = ("view_project_settings", "manage_project_settings")
    return Right(scopes=(f"view_{kind}", f"manage_{kind}", *seen), behaviours=("admin:settings",))


class Permission(Enum):
    """Each action that a route can ask permission for."""

    PUBLIC = Right(is_open=True)
    PROJECT_READ = Right(is_open=True, scopes=("project",))
    CART_READ = Right(scopes=("view_orders", "manage_orders"), behaviours=("cart:write", "customer:update"))
    CART_WRITE = Right(scopes=("manage_orders",), behaviours=("cart:write", "customer:update"))
    CART_DELETE = Right(scopes=("manage_orders",))
    """Not for staff: an agent empties a cart, and the shopper keeps it."""
    CART_ADMIN = Right(scopes=("manage_orders", "manage_carts"))
    CART_QUERY = Right(scopes=("view_orders", "manage_orders", "view_carts"))
    CART_HISTORY = Right(scopes=("view_orders", "manage_orders", "view_history"), behaviours=("history:read",))
    CART_RESOLVE = Right(scopes=("manage_orders",), own_scopes=("manage_my_orders",))
    """A backend for its customers, a shopper for own carts."""
    UNDO = Right(scopes=("manage_orders",), behaviours=("history:undo",))
    MY_CART = _own("manage_my_orders")
    MY_ORDER = _own("manage_my_orders", "manage_my_carts")
    MY_CHECKOUT = _own("manage_my_orders", "manage_my_checkout")
    DESK = Right(behaviours=("cart:switch",))
    DESK_READ = Right(behaviours=("cart:switch", "order:offline"))
    OFFLINE_ORDER = Right(behaviours=("order:offline",))
    TAKEOVER = Right(behaviours=("customer:update",))
    """View User's Cart, and working with it until its items are added to the order."""
    TAKEOVER_READ = Right(behaviours=("order:offline", "customer:update", "takeover:force"))
    TAKEOVER_HOLD = Right(behaviours=("customer:update", "takeover:force"))
    """Keeping a lease, or ending it: whoever has taken one by force may do that too."""
    TAKEOVER_FORCE = Right(behaviours=("takeover:force",))
    PAIRING = Right(behaviours=("pairing",))
    PROPOSAL = Right(behaviours=("proposal",))
    PROPOSAL_ANSWER = Right(behaviours=("proposal",), own_scopes=("manage_my_orders",))
    """The agent takes it back; whose cart it is, decides."""
    REFUSED_ACTIONS = Right(scopes=("view_history",), behaviours=("history:undo", "admin:staff"))
    ORDER_READ = Right(scopes=("view_orders", "manage_orders"), behaviours=("order:read",))
    ORDER_WRITE = Right(scopes=("manage_orders",), behaviours=("admin:console",))
    ORDER_CREATE = Right(scopes=("manage_orders",), behaviours=("cart:submit", "customer:update"))
    """Of staff, whoever has no ``cart:submit`` only within a takeover."""
    CUSTOMER_READ = Right(scopes=("view_customers", "manage_customers"), behaviours=("customer:read",))
    CUSTOMER_CREATE = Right(scopes=("manage_customers",), behaviours=("customer:create",))
    CUSTOMER_WRITE = Right(scopes=("manage_customers",), behaviours=("customer:update",))
    SIGN_IN = Right(scopes=("manage_customers",))
    MY_PROFILE = _own("manage_my_profile")
    MY_SIGN_IN = Right(scopes=("manage_my_profile",))
    PRODUCT_READ = Right(
        scopes=("view_products", "manage_products", "view_published_products"),
        behaviours=("customer:read", "admin:settings"),
    )
    PRODUCT_STAGED_READ = Right(scopes=("view_products", "manage_products"), behaviours=("admin:settings",))
    PRODUCT_WRITE = Right(scopes=("manage_products",), behaviours=("admin:settings",))
    SETTING_READ = Right(
        scopes=("view_project_settings", "manage_project_settings", "view_products", "manage_products"),
        behaviours=("admin:settings", "admin:console"),
    )
    SETTING_WRITE = Right(scopes=("manage_project_settings",), behaviours=("admin:settings",))
    TYPE_READ = _setting_seen("types")
    TYPE_WRITE = _setting("manage_types")
    TAX_CATEGORY_READ = _setting_seen("tax_categories")
    TAX_CATEGORY_WRITE = _setting("manage_tax_categories")
    SHIPPING_READ = _setting_seen("shipping_methods")
    SHIPPING_WRITE = _setting("manage_shipping_methods")
    SHIPPING_MATCH = Right(
        scopes=(
            *("view_published_products", "view_products", "manage_products", "manage_my_orders", "view_orders"),
            *("manage_orders", "view_shipping_methods", "manage_shipping_methods"),
        ),
        behaviours=("customer:read", "cart:write", "customer:update"),
    )
    BUSINESS_UNIT_READ = Right(
        scopes=("view_business_units", "manage_business_units", "view_customers", "manage_customers"),
        behaviours=("customer:read", "admin:console"),
    )
    CUSTOMER_GROUP_READ = _setting_seen("customer_groups")
    CUSTOMER_GROUP_WRITE = _setting("manage_customer_groups")
    CART_DISCOUNT_READ = _promotion_seen("cart_discounts")
    CART_DISCOUNT_WRITE = _setting("manage_cart_discounts")
    DISCOUNT_CODE_READ = _promotion_seen("discount_codes")
    DISCOUNT_CODE_WRITE = _setting("manage_discount_codes")
    STORE_READ = Right(scopes=("view_stores", "manage_stores"), behaviours=("customer:read", "admin:sites"))
    STORE_WRITE = Right(scopes=("manage_stores",), behaviours=("admin:sites",))
    STAFF_ADMIN = Right(scopes=("manage_project",), behaviours=("admin:staff",))
    """Whoever administers staff can give every behaviour, so no narrower scope is enough."""


def check_permission(caller: Caller, permission: Permission, *, project: str, store: str | None = None) -> None:
    """Refuse what the table does not allow. Raises InsufficientScope, of staff BehaviourMissing or NotForStaff."""
    right = permission.value
    if caller.project != project:
        raise InsufficientScope(needed=f"manage_project:{project}")
    if caller.staff_id is not None:
        if right.is_open or caller.behaviours.intersection(right.behaviours):
            return
        if right.behaviours:
            raise BehaviourMissing(needed=" or ".join(right.behaviours))
        raise NotForStaff(needed=", ".join(f"{each}:{project}" for each in right.scopes))
    if right.is_open:
        return
    if right.is_for_staff:
        raise InsufficientScope(needed=" or ".join(right.behaviours) + " of a member of staff")
    if right.is_mine and caller.owner is None:
        raise InsufficientScope(needed=f"{right.scopes[0]}:{project} with a customer or an anonymous session")
    own_scopes = right.own_scopes if caller.owner is not None else ()
    scopes = (*right.scopes, *own_scopes)
    if scopes and caller.has("manage_project", *scopes, store=store):
        return
    raise InsufficientScope(needed=", ".join(f"{each}:{project}" for each in scopes or right.own_scopes))
