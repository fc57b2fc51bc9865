"""Cart discounts: what they take off, from what, in which order, and on which sites."""

import re
from typing import Any, ClassVar, Literal

from handcart.domain.catalogue import Catalogue
from handcart.domain.discount import CartDiscount
from handcart.domain.document import LocalizedString, PartialDraft
from handcart.domain.errors import DuplicateField, InvalidField
from handcart.domain.products.building import Building, check_localized
from handcart.domain.references import KeyReference, ResourceIdentifier
from handcart.domain.resources.action import (
    ChangeLocalizedName,
    ResourceAction,
    ResourceUpdate,
    SetKey,
    SetLocalizedTextDescription,
    changed,
    without,
)
from handcart.domain.resources.discount_drafts import TargetDraft, ValueDraft, target_from, value_from
from handcart.domain.resources.validity import (
    ChangeIsActive,
    SetValidFrom,
    SetValidFromAndUntil,
    SetValidUntil,
    check_cart_predicate,
    dates_from,
)
from handcart.domain.updates.attributes import check_key

StackingMode = Literal["Stacking", "StopAfterThisDiscount"]

_SORT_ORDER = re.compile(r"0\.[0-9]{0,99}[1-9]")
"""Without zeros at the end the same number has one spelling only, and texts sort as numbers do."""


class CartDiscountDraft(PartialDraft):
    """A cart discount as a client sends it."""

    NOT_YET = ("custom",)

    name: LocalizedString
    value: ValueDraft
    cart_predicate: str
    target: TargetDraft
    sort_order: str
    key: str | None = None
    description: LocalizedString | None = None
    stores: tuple[ResourceIdentifier, ...] | None = None
    is_active: bool = True
    valid_from: str | None = None
    valid_until: str | None = None
    requires_discount_code: bool = False
    stacking_mode: StackingMode = "Stacking"
    custom: Any = None


def cart_discount_from(draft: CartDiscountDraft, building: Building, *, resource_id: str) -> CartDiscount:
    """The discount that a draft asks for (S4-35).

    Raises InvalidField, InvalidInput for a predicate that cannot be understood, ReferencedResourceNotFound, and
    DuplicateField for a sort order that another discount has.
    """
    check_key(draft.key)
    check_localized(draft.name, field="name")
    return CartDiscount(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        name=draft.name,
        value=value_from(draft.value),
        cart_predicate=check_cart_predicate(draft.cart_predicate),
        target=target_from(draft.target),
        sort_order=_sort_order(draft.sort_order, building.catalogue, resource_id),
        stores=_stores_of(draft.stores, building),
        is_active=draft.is_active,
        requires_discount_code=draft.requires_discount_code,
        stacking_mode=draft.stacking_mode,
        references=(),
        key=draft.key,
        description=without(draft.description),
        **dates_from(draft.valid_from, draft.valid_until),
    )


def _sort_order(text: str, catalogue: Catalogue, discount_id: str) -> str:
    if _SORT_ORDER.fullmatch(text) is None:
        raise InvalidField(field="sortOrder", invalid_value=text)
    if any(each.sort_order == text and each.id != discount_id for each in catalogue.cart_discounts.values()):
        raise DuplicateField(field="sortOrder", duplicate_value=text)
    return text


def _store_of(identifier: ResourceIdentifier, building: Building, *, field: str) -> KeyReference:
    return KeyReference(type_id="store", key=building.catalogue.site_of(identifier, field=field).key)


def _stores_of(identifiers: tuple[ResourceIdentifier, ...] | None, building: Building) -> tuple[KeyReference, ...]:
    """The sites, each once however often it is named."""
    return tuple(dict.fromkeys(_store_of(each, building, field="stores") for each in identifiers or ()))


class ChangeValue(ResourceAction, tag="changeValue"):
    """What it takes off."""

    value: ValueDraft

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Raises InvalidField, DuplicateField."""
        return changed(resource, value=value_from(self.value))


class ChangeCartPredicate(ResourceAction, tag="changeCartPredicate"):
    """Which carts have it."""

    cart_predicate: str

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Raises InvalidInput."""
        return changed(resource, cart_predicate=check_cart_predicate(self.cart_predicate))


class ChangeTarget(ResourceAction, tag="changeTarget"):
    """What it takes off from."""

    target: TargetDraft

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Raises InvalidInput."""
        return changed(resource, target=target_from(self.target))


class ChangeSortOrder(ResourceAction, tag="changeSortOrder"):
    """Its place among the others: the highest goes first."""

    sort_order: str

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Raises InvalidField, and DuplicateField for one that another discount has."""
        return changed(resource, sort_order=_sort_order(self.sort_order, building.catalogue, resource.id))


class ChangeRequiresDiscountCode(ResourceAction, tag="changeRequiresDiscountCode"):
    """Whether only a code opens it."""

    requires_discount_code: bool

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Never refused."""
        return changed(resource, requires_discount_code=self.requires_discount_code)


class ChangeStackingMode(ResourceAction, tag="changeStackingMode"):
    """Whether others may follow it."""

    stacking_mode: StackingMode

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Never refused."""
        return changed(resource, stacking_mode=self.stacking_mode)


class SetStores(ResourceAction, tag="setStores"):
    """The sites that it is limited to; none means all (S4-36)."""

    stores: tuple[ResourceIdentifier, ...] | None = None

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Raises ReferencedResourceNotFound."""
        return changed(resource, stores=_stores_of(self.stores, building))


class AddStore(ResourceAction, tag="addStore"):
    """One more site."""

    store: ResourceIdentifier

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Raises ReferencedResourceNotFound; a site that it holds on already changes nothing."""
        store = _store_of(self.store, building, field="store")
        return changed(resource, stores=tuple(dict.fromkeys((*resource.stores, store))))


class RemoveStore(ResourceAction, tag="removeStore"):
    """One site less; without the last one it is limited to none, and holds on all."""

    store: ResourceIdentifier

    def apply(self, resource: CartDiscount, building: Building) -> CartDiscount:
        """Raises ReferencedResourceNotFound; a site that it is not limited to changes nothing."""
        store = _store_of(self.store, building, field="store")
        return changed(resource, stores=tuple(each for each in resource.stores if each != store))


class CartDiscountUpdate(ResourceUpdate):
    """A request to change a cart discount."""

    UNBUILT_ACTIONS: ClassVar[frozenset[str]] = frozenset({"setCustomType", "setCustomField"})

    actions: tuple[
        SetKey
        | ChangeLocalizedName
        | SetLocalizedTextDescription
        | ChangeValue
        | ChangeCartPredicate
        | ChangeTarget
        | ChangeSortOrder
        | ChangeIsActive
        | ChangeRequiresDiscountCode
        | ChangeStackingMode
        | SetValidFrom
        | SetValidUntil
        | SetValidFromAndUntil
        | SetStores
        | AddStore
        | RemoveStore,
        ...,
    ]
