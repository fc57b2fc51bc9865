"""Changing a customer by update actions."""

from collections.abc import Sequence

from handcart.domain.acting import Acting
from handcart.domain.caller import Caller
from handcart.domain.catalogue import Catalogue
from handcart.domain.customer import CustomerPath
from handcart.domain.customers.action import CustomerAction
from handcart.domain.customers.apply import apply_customer_actions, new_password_among, sets_authentication
from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import InsufficientScope
from handcart.domain.site import Site
from handcart.store.answers import Answer, Idempotency, insert_answer
from handcart.store.customers import change_customer, check_version, lock_customer_at
from handcart.store.stores import Stores


async def update_customer(
    stores: Stores,
    caller: Caller,
    path: CustomerPath,
    *,
    version: int,
    actions: Sequence[CustomerAction],
    catalogue: Catalogue,
    site: Site | None,
    idempotency: Idempotency | None = None,
) -> Answer:
    """The changed customer as JSON. Staff may not touch how a customer signs in.

    Raises ResourceNotFound, ConcurrentModification, InsufficientScope, DuplicateField, and what the actions refuse.
    """
    project, now = caller.project, stores.clock.utc_now()
    if caller.staff_id is not None and sets_authentication(actions):
        raise InsufficientScope(needed=f"manage_customers:{project}")
    password = new_password_among(actions)
    new_hash = await stores.passwords.hash(password) if password is not None else None
    acting = Acting(
        catalogue=catalogue, site=site, now=timestamp_of(now), new_id=stores.clock.new_uuid, actor=caller.actor()
    )
    epoch = None
    async with stores.database.transaction() as transaction:
        before = await lock_customer_at(transaction, project, path)
        check_version(before, version)
        customer = apply_customer_actions(before.customer, actions, acting)
        answer = Answer(encode(customer))
        if customer is not before.customer:
            is_external = customer.authentication_mode == "ExternalAuth"
            password_hash = None if is_external else new_hash or before.password_hash
            epoch = await change_customer(transaction, project, before, customer, password_hash=password_hash)
        await insert_answer(transaction, project, idempotency, answer, now)
    if epoch is not None:
        stores.changes.note(project, "tokens", epoch)
    return answer
