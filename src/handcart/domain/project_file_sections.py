"""The sections of a project file: what their entries hold, in the order in which they are loaded.

The order is that of reference: what an entry names lies in an earlier section, or in the database already.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from handcart.domain.catalogue import (
    DELETE_DAYS_DEFAULT,
    HAND_OVER_MINUTES,
    MERGE_UNDO_HOURS,
    QUANTITY_MAX,
    TAKEOVER_MINUTES,
)
from handcart.domain.customers.draft import CustomerDraft
from handcart.domain.document import Draft
from handcart.domain.identity import IdentityProviderEntry
from handcart.domain.inventory import InventoryEntryDraft
from handcart.domain.products.drafts import ProductDraft
from handcart.domain.project_file_carts import CartEntry
from handcart.domain.project_file_staff import RoleEntry, StaffEntry
from handcart.domain.resources.business_units import BusinessUnitDraft
from handcart.domain.resources.cart_discounts import CartDiscountDraft
from handcart.domain.resources.channels import ChannelDraft
from handcart.domain.resources.customer_groups import CustomerGroupDraft
from handcart.domain.resources.discount_codes import DiscountCodeDraft
from handcart.domain.resources.product_types import ProductTypeDraft
from handcart.domain.resources.shipping_methods import ShippingMethodDraft
from handcart.domain.resources.site_groups import SiteGroupDraft
from handcart.domain.resources.sites import SiteDraft
from handcart.domain.resources.tax_categories import TaxCategoryDraft
from handcart.domain.resources.types import TypeDraft
from handcart.domain.resources.zones import ZoneDraft
from handcart.domain.site import CartProvider, InventoryMode, QuantityPolicy, StorefrontAccess


class ProjectEntry(Draft):
    """The project itself; without ``name`` it is called by its key."""

    key: str
    name: str | None = None
    currencies: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class SettingsEntry(Draft):
    """The defaults that the project's sites may override; ``quantityMax`` is for one line."""

    quantity_max: int = QUANTITY_MAX
    inventory_mode: InventoryMode = "None"
    cart_provider: CartProvider = "ByUser"
    storefront_access: StorefrontAccess = "NoSignInRequired"
    delete_days_after_last_modification: int = DELETE_DAYS_DEFAULT
    merge_quantity_policy: QuantityPolicy = "max"
    merge_undo_hours: int = MERGE_UNDO_HOURS
    hand_over_minutes: int = HAND_OVER_MINUTES
    takeover_minutes: int = TAKEOVER_MINUTES
    require_site_readiness: bool = False


class ApiClientEntry(Draft):
    """A program that may ask for tokens. A scope may leave the project out: ``manage_orders``, ``view_stores``."""

    id: str
    secret: str
    scopes: tuple[str, ...]
    name: str | None = None


class Section(msgspec.Struct, frozen=True):
    """A section by its name in the file. ``named_by`` says in words what ``name_of`` takes an entry's name from."""

    name: str
    draft: type[Draft]
    named_by: str = "key"
    name_of: Callable[[Any], str | None] = lambda draft: draft.key
    is_single: bool = False
    """Whether the file has one such entry at most, and no list of them."""

    @property
    def attribute(self) -> str:
        """The name in Python: ``taxCategories`` is ``tax_categories``."""
        return "".join(f"_{each.lower()}" if each.isupper() else each for each in self.name)


def stock_name(draft: InventoryEntryDraft) -> str:
    """A stock entry is known by its SKU and where it lies."""
    channel = draft.supply_channel
    return draft.sku if channel is None else f"{draft.sku} at {channel.key or channel.id}"


SECTIONS = (
    Section("apiClients", ApiClientEntry, "id", lambda draft: draft.id),
    Section("roles", RoleEntry),
    Section("identityProvider", IdentityProviderEntry, "section", lambda _: "identityProvider", is_single=True),
    Section("types", TypeDraft),
    Section("channels", ChannelDraft),
    Section("taxCategories", TaxCategoryDraft),
    Section("zones", ZoneDraft),
    Section("shippingMethods", ShippingMethodDraft),
    Section("customerGroups", CustomerGroupDraft),
    Section("productTypes", ProductTypeDraft),
    Section("sites", SiteDraft),
    Section("siteGroups", SiteGroupDraft, "id", lambda draft: draft.id),
    Section("cartDiscounts", CartDiscountDraft),
    Section("discountCodes", DiscountCodeDraft, "code", lambda draft: draft.code),
    Section("customers", CustomerDraft, "key or e-mail address", lambda draft: draft.key or draft.email.lower()),
    Section("businessUnits", BusinessUnitDraft),
    Section("products", ProductDraft),
    Section("inventory", InventoryEntryDraft, "SKU and place", stock_name),
    Section("staff", StaffEntry, "username", lambda draft: draft.username),
    Section("carts", CartEntry),
)
