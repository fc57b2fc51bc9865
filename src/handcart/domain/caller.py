"""Who calls: an API client, alone or on behalf of a guest, a customer or a member of staff; and what it may do."""

import msgspec

from handcart.domain.cart import Actor
from handcart.domain.limits import NOTHING_ALLOWED, Allowance
from handcart.domain.reach import NOTHING, Reach
from handcart.domain.references import Reference


class Grant(msgspec.Struct, frozen=True):
    """One granted scope, such as ``manage_orders`` in every store or in one."""

    name: str
    store: str | None = None


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The caller of one request, as its token says. A token belongs to one project."""

    project: str
    client_id: str
    grants: frozenset[Grant]
    customer_id: str | None = None
    anonymous_id: str | None = None
    staff_id: str | None = None
    behaviours: frozenset[str] = frozenset()
    reach: Reach = NOTHING
    allowance: Allowance = NOTHING_ALLOWED
    device: str = ""
    external_user_id: str | None = None

    def has(self, *names: str, store: str | None = None) -> bool:
        """Whether one of the scopes is granted, in the whole project or in the given store."""
        grants = self.grants
        return any(Grant(each) in grants or (store is not None and Grant(each, store) in grants) for each in names)

    @property
    def kind(self) -> str:
        """``staff``, ``customer``, ``anonymous`` or ``client``."""
        if self.staff_id is not None:
            return "staff"
        if self.customer_id is not None:
            return "customer"
        return "anonymous" if self.anonymous_id is not None else "client"

    @property
    def owner(self) -> str | None:
        """The owner key of this shopper's carts; None for a caller that is no shopper."""
        return owner_of(customer_id=self.customer_id, anonymous_id=self.anonymous_id)

    @property
    def person(self) -> str | None:
        """The shopper or member of staff, in all projects; None for a program."""
        subject = f"staff:{self.staff_id}" if self.staff_id is not None else self.owner
        return f"{self.project} {subject}" if subject is not None else None

    def actor(self) -> Actor:
        """What documents and events say of the caller. A guest's id is a secret and is left out."""
        return Actor(
            client_id=self.client_id,
            external_user_id=self.external_user_id,
            customer=Reference(type_id="customer", id=self.customer_id) if self.customer_id else None,
            operator=Reference(type_id="staff", id=self.staff_id) if self.staff_id else None,
        )


def owner_of(*, customer_id: str | None, anonymous_id: str | None) -> str | None:
    """The key under which an owner's carts are found: a customer's goes before a guest's."""
    if customer_id is not None:
        return f"customer:{customer_id}"
    return f"anonymous:{anonymous_id}" if anonymous_id is not None else None
