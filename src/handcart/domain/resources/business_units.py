"""Business units: company accounts whose addresses are the ship-tos."""

from collections.abc import Callable
from typing import Any

import msgspec

from handcart.domain.address import AddressDraft
from handcart.domain.document import Draft, PartialDraft
from handcart.domain.errors import DuplicateField, ReferencedResourceNotFound
from handcart.domain.products.building import Building
from handcart.domain.references import Reference, ResourceIdentifier, check_identifier
from handcart.domain.resources.action import check_name
from handcart.domain.shipping import BusinessUnit
from handcart.domain.updates.attributes import check_country, check_key


class AssociateDraft(Draft):
    """A customer who may buy for the company."""

    customer: ResourceIdentifier


class BusinessUnitDraft(PartialDraft):
    """A company account as a project file has it."""

    NOT_YET = ("custom", "stores", "parent_unit")

    key: str
    name: str
    unit_type: str = "Company"
    status: str = "Active"
    addresses: tuple[AddressDraft, ...] = ()
    associates: tuple[AssociateDraft, ...] = ()
    custom: Any = None
    stores: Any = None
    parent_unit: Any = None


def customer_by_id(identifier: ResourceIdentifier) -> Reference:
    """The customer with that id, unseen. Raises ReferencedResourceNotFound for a key: no catalogue holds customers."""
    check_identifier(identifier, type_id="customer", field="customer")
    if identifier.id is None:
        raise ReferencedResourceNotFound(type_id="customer", key=identifier.key)
    return Reference(type_id="customer", id=identifier.id)


def business_unit_from(
    draft: BusinessUnitDraft,
    building: Building,
    *,
    resource_id: str,
    customer_of: Callable[[ResourceIdentifier], Reference] = customer_by_id,
) -> BusinessUnit:
    """The account that a draft asks for; ``customer_of`` finds the associates.

    Each address gets an id if it has none. Raises InvalidField, and DuplicateField for two addresses with one key.
    """
    check_key(check_name(draft.key, field="key"))
    return BusinessUnit(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        key=draft.key,
        name=check_name(draft.name),
        status=draft.status,
        addresses=_addresses_of(draft.addresses, building),
        associates=tuple(
            {"customer": {"typeId": "customer", "id": customer_of(each.customer).id}} for each in draft.associates
        ),
        unit_type=draft.unit_type,
    )


def _addresses_of(drafts: tuple[AddressDraft, ...], building: Building) -> tuple[dict[str, Any], ...]:
    keys = [each.key for each in drafts if each.key is not None]
    for key in keys:
        if keys.count(key) > 1:
            raise DuplicateField(field="addresses.key", duplicate_value=key)
    for each in drafts:
        check_country(each.country)
    return tuple({"id": building.new_id(), **msgspec.to_builtins(each)} for each in drafts)
