"""Customer groups: customers with prices of their own."""

from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import Draft
from handcart.domain.products.building import Building
from handcart.domain.resources.action import (
    ChangeName,
    ResourceUpdate,
    SetCustomField,
    SetCustomType,
    SetKey,
    check_name,
)
from handcart.domain.shipping import CustomerGroup
from handcart.domain.updates.attributes import check_key


class CustomerGroupDraft(Draft):
    """A customer group as a client sends it."""

    group_name: str
    key: str | None = None
    custom: CustomFieldsDraft | None = None


def customer_group_from(draft: CustomerGroupDraft, building: Building, *, resource_id: str) -> CustomerGroup:
    """The group that a draft asks for. Raises InvalidField."""
    check_key(draft.key)
    return CustomerGroup(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        name=check_name(draft.group_name, field="groupName"),
        key=draft.key,
        custom=building.catalogue.types.custom_of(draft.custom, kind="customer-group"),
    )


class CustomerGroupUpdate(ResourceUpdate):
    """A request to change a customer group."""

    actions: tuple[SetKey | ChangeName | SetCustomType | SetCustomField, ...]
