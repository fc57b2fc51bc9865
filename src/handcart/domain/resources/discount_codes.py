"""Discount codes: what a shopper types in, and the cart discounts that it opens."""

from typing import Any, ClassVar

from handcart.domain.discount import DiscountCode
from handcart.domain.document import LocalizedString, PartialDraft
from handcart.domain.errors import DuplicateField, InvalidField, NotImplementedYet
from handcart.domain.products.building import Building
from handcart.domain.references import Reference, ResourceIdentifier, resolve
from handcart.domain.resources.action import (
    ResourceAction,
    ResourceUpdate,
    SetKey,
    SetLocalizedTextDescription,
    changed,
    check_name,
    without,
)
from handcart.domain.resources.validity import (
    ChangeIsActive,
    SetValidFrom,
    SetValidFromAndUntil,
    SetValidUntil,
    check_cart_predicate,
    dates_from,
)
from handcart.domain.updates.attributes import check_key

CART_DISCOUNTS_MAX = 10
"""How many cart discounts one code may open."""


class DiscountCodeDraft(PartialDraft):
    """A discount code as a client sends it."""

    NOT_YET = ("max_applications", "max_applications_per_customer", "custom")

    code: str
    cart_discounts: tuple[ResourceIdentifier, ...]
    key: str | None = None
    name: LocalizedString | None = None
    description: LocalizedString | None = None
    cart_predicate: str | None = None
    is_active: bool = True
    valid_from: str | None = None
    valid_until: str | None = None
    max_applications: Any = None
    max_applications_per_customer: Any = None
    groups: tuple[str, ...] | None = None
    custom: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        # A limit of 0 passes the check above as absent; the code would have no limit at all.
        if self.max_applications is not None:
            raise NotImplementedYet(feature="maxApplications")
        if self.max_applications_per_customer is not None:
            raise NotImplementedYet(feature="maxApplicationsPerCustomer")


def discount_code_from(draft: DiscountCodeDraft, building: Building, *, resource_id: str) -> DiscountCode:
    """The code that a draft asks for; capital and small letters differ.

    Raises InvalidField, InvalidInput for a predicate that cannot be understood, ReferencedResourceNotFound, and
    DuplicateField for a code that there is already.
    """
    check_key(draft.key)
    other = building.catalogue.discount_codes_by_code.get(check_name(draft.code, field="code"))
    if other is not None and other.id != resource_id:
        raise DuplicateField(field="code", duplicate_value=draft.code)
    return DiscountCode(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        code=draft.code,
        cart_discounts=_cart_discounts_of(draft.cart_discounts, building),
        is_active=draft.is_active,
        references=(),
        groups=draft.groups or (),
        key=draft.key,
        name=without(draft.name),
        description=without(draft.description),
        cart_predicate=_cart_predicate(draft.cart_predicate),
        **dates_from(draft.valid_from, draft.valid_until),
    )


def _cart_discounts_of(identifiers: tuple[ResourceIdentifier, ...], building: Building) -> tuple[Reference, ...]:
    """The discounts, each once however often it is named; at least one, and not too many."""
    known = building.catalogue.cart_discounts
    found = dict.fromkeys(
        resolve(each, type_id="cart-discount", field="cartDiscounts", by_id=known, by_key=known.by_key).id
        for each in identifiers
    )
    if not 1 <= len(found) <= CART_DISCOUNTS_MAX:
        raise InvalidField(field="cartDiscounts", invalid_value=list(found))
    return tuple(Reference(type_id="cart-discount", id=each) for each in found)


def _cart_predicate(text: str | None) -> str | None:
    return check_cart_predicate(text) if text is not None else None


class SetName(ResourceAction, tag="setName"):
    """The name that staff sees, or none."""

    name: LocalizedString | None = None

    def apply(self, resource: DiscountCode, building: Building) -> DiscountCode:
        """Never refused."""
        return changed(resource, name=without(self.name))


class ChangeCartDiscounts(ResourceAction, tag="changeCartDiscounts"):
    """The cart discounts that it opens."""

    cart_discounts: tuple[ResourceIdentifier, ...]

    def apply(self, resource: DiscountCode, building: Building) -> DiscountCode:
        """Raises InvalidField, ReferencedResourceNotFound."""
        return changed(resource, cart_discounts=_cart_discounts_of(self.cart_discounts, building))


class SetCartPredicate(ResourceAction, tag="setCartPredicate"):
    """Which carts it is good for; without one for all."""

    cart_predicate: str | None = None

    def apply(self, resource: DiscountCode, building: Building) -> DiscountCode:
        """Raises InvalidInput."""
        return changed(resource, cart_predicate=_cart_predicate(self.cart_predicate))


class ChangeGroups(ResourceAction, tag="changeGroups"):
    """The groups that the merchant sorts codes into."""

    groups: tuple[str, ...]

    def apply(self, resource: DiscountCode, building: Building) -> DiscountCode:
        """Never refused."""
        return changed(resource, groups=self.groups)


class DiscountCodeUpdate(ResourceUpdate):
    """A request to change a discount code."""

    UNBUILT_ACTIONS: ClassVar[frozenset[str]] = frozenset(
        "setCustomType setCustomField setMaxApplications setMaxApplicationsPerCustomer".split()
    )

    actions: tuple[
        SetKey
        | SetName
        | SetLocalizedTextDescription
        | ChangeCartDiscounts
        | SetCartPredicate
        | ChangeIsActive
        | SetValidFrom
        | SetValidUntil
        | SetValidFromAndUntil
        | ChangeGroups,
        ...,
    ]
