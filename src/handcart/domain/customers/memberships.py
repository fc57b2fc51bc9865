"""What a customer belongs to: groups, which have prices, and stores, outside of which it is unknown."""

from collections.abc import Iterable

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.catalogue import Catalogue
from handcart.domain.customer import Customer, CustomerGroupAssignment
from handcart.domain.customers.action import CustomerAction
from handcart.domain.document import Draft
from handcart.domain.references import KeyReference, Reference, ResourceIdentifier


class CustomerGroupAssignmentDraft(Draft):
    """A group that a customer shall be in."""

    customer_group: ResourceIdentifier


def group_of(identifier: ResourceIdentifier | None, catalogue: Catalogue) -> Reference | None:
    """The group that the identifier names; None stays None."""
    return catalogue.customer_group_of(identifier) if identifier is not None else None


def assignments_of(
    drafts: Iterable[CustomerGroupAssignmentDraft], catalogue: Catalogue
) -> tuple[CustomerGroupAssignment, ...]:
    """The groups that the drafts name, each once."""
    groups = {each.id: each for each in (catalogue.customer_group_of(draft.customer_group) for draft in drafts)}
    return tuple(CustomerGroupAssignment(customer_group=each) for each in groups.values())


def store_references(identifiers: Iterable[ResourceIdentifier], catalogue: Catalogue) -> tuple[KeyReference, ...]:
    """The stores that the identifiers name, each once."""
    keys = {catalogue.site_of(each, field="stores").key: None for each in identifiers}
    return tuple(KeyReference(type_id="store", key=key) for key in keys)


class SetCustomerGroup(CustomerAction, tag="setCustomerGroup"):
    """Put the customer into a group, or into none."""

    customer_group: ResourceIdentifier | None = None

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises ReferencedResourceNotFound."""
        group = group_of(self.customer_group, acting.catalogue)
        return customer if group == customer.customer_group else replace(customer, customer_group=group)


class SetCustomerGroupAssignments(CustomerAction, tag="setCustomerGroupAssignments"):
    """Put the customer into these groups and no others."""

    customer_group_assignments: tuple[CustomerGroupAssignmentDraft, ...]

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises ReferencedResourceNotFound."""
        return _in_groups(customer, assignments_of(self.customer_group_assignments, acting.catalogue))


class AddCustomerGroupAssignment(CustomerAction, tag="addCustomerGroupAssignment"):
    """Put the customer into one more group."""

    customer_group_assignment: CustomerGroupAssignmentDraft

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """A group that the customer is in already changes nothing."""
        (added,) = assignments_of([self.customer_group_assignment], acting.catalogue)
        before = customer.customer_group_assignments
        return customer if added in before else _in_groups(customer, (*before, added))


class RemoveCustomerGroupAssignment(CustomerAction, tag="removeCustomerGroupAssignment"):
    """Take the customer out of a group."""

    customer_group: ResourceIdentifier

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """A group that the customer is not in changes nothing."""
        group = acting.catalogue.customer_group_of(self.customer_group)
        kept = tuple(each for each in customer.customer_group_assignments if each.customer_group.id != group.id)
        return _in_groups(customer, kept)


class SetStores(CustomerAction, tag="setStores"):
    """Let the customer be known in these stores only; in every one, where the list is empty."""

    stores: tuple[ResourceIdentifier, ...]

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises ReferencedResourceNotFound."""
        return _in_stores(customer, store_references(self.stores, acting.catalogue))


class AddStore(CustomerAction, tag="addStore"):
    """Let the customer be known in one more store."""

    store: ResourceIdentifier

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """A store that knows the customer already changes nothing."""
        (added,) = store_references([self.store], acting.catalogue)
        return customer if added in customer.stores else _in_stores(customer, (*customer.stores, added))


class RemoveStore(CustomerAction, tag="removeStore"):
    """Take a store away; without any left, the customer is known in every one."""

    store: ResourceIdentifier

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """A store that is not named changes nothing."""
        (removed,) = store_references([self.store], acting.catalogue)
        return _in_stores(customer, tuple(each for each in customer.stores if each != removed))


def _in_groups(customer: Customer, groups: tuple[CustomerGroupAssignment, ...]) -> Customer:
    if groups == customer.customer_group_assignments:
        return customer
    return replace(customer, customer_group_assignments=groups)


def _in_stores(customer: Customer, stores: tuple[KeyReference, ...]) -> Customer:
    return customer if stores == customer.stores else replace(customer, stores=stores)
