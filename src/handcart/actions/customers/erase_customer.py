"""Erasing a customer: the account, and everything personal that is kept of the person."""

import contextlib

from msgspec.structs import replace

from handcart.actions.deciding import gather, written
from handcart.domain.acting import Acting
from handcart.domain.caller import Caller
from handcart.domain.catalogue import Catalogue
from handcart.domain.customer import CustomerPath
from handcart.domain.erasure import ERASED, KEPT_STATES, erased_cart, erased_order, erasure_of
from handcart.domain.errors import LockedField
from handcart.domain.event import event_of
from handcart.domain.price import Priced
from handcart.domain.price_selection import FAR_FUTURE
from handcart.store.carts import change_locked_cart, delete_cart, lock_carts
from handcart.store.customers import check_version, delete_customer, load_customer_at, lock_customer_at
from handcart.store.database import Transaction
from handcart.store.erasure import (
    Belongings,
    delete_answers_about,
    erase_events,
    forget_dealings,
    forget_responses,
    forget_sessions,
    has_dealings,
    list_belongings,
)
from handcart.store.orders import change_order, lock_orders_of_owner
from handcart.store.stores import Stores

CARTS_AT_ONCE = 50
"""So many documents are held in memory; all of them are written in one transaction."""

ATTEMPTS_MAX = 5
"""So often it is tried anew where somebody has begun to deal with the person between looking and locking."""


class _DealtWithMeanwhile(Exception):
    """A takeover or a proposal was made while this transaction waited for the person's rows."""


async def erase_customer(
    stores: Stores, caller: Caller, catalogue: Catalogue, path: CustomerPath, *, version: int
) -> bytes:
    """The erased customer as JSON, for the last time. Raises ResourceNotFound, ConcurrentModification.

    Carts that were merged or ordered are kept without what is personal in them, and so are orders; other carts go. The
    chains of events stay valid. All in one transaction: it is meant for the hundreds of carts of a person, and reads
    the kept answers of a whole day. LockedField where others are always faster.
    """
    for _ in range(ATTEMPTS_MAX):
        with contextlib.suppress(_DealtWithMeanwhile):
            return await _erased(stores, caller, catalogue, path, version=version)
    raise LockedField(field="customer")


async def _erased(stores: Stores, caller: Caller, catalogue: Catalogue, path: CustomerPath, *, version: int) -> bytes:
    project = caller.project
    found = await load_customer_at(stores.database, project, path)
    owner = f"customer:{found.id}"
    acting = await gather(stores, caller=caller, catalogue=catalogue, site=None, skus=set(), product_ids=set())
    async with stores.database.transaction() as transaction:
        # What is taken over is locked before owners and carts; what comes in between is found once these are locked.
        forgotten = await forget_dealings(transaction, project, await list_belongings(transaction, project, owner))
        before = await lock_customer_at(transaction, project, replace(path, id=found.id))
        check_version(before, version)
        belongings = await list_belongings(transaction, project, owner)
        await _erase_carts(stores, transaction, caller, belongings, acting)
        # A cart that was just being submitted is an order by now.
        belongings = replace(belongings, orders=await _erase_orders(stores, transaction, project, owner, acting))
        if await has_dealings(transaction, project, belongings, forgotten):
            raise _DealtWithMeanwhile()
        things = (*belongings.carts, *belongings.orders)
        await erase_events(transaction, project, things)
        await forget_sessions(transaction, project, belongings.carts)
        await forget_responses(transaction, project, belongings)
        await delete_answers_about(transaction, project, (before.id, *things), before.email)
        epoch = await delete_customer(transaction, project, before)
    stores.changes.note(project, "tokens", epoch)
    return before.document


async def _erase_carts(
    stores: Stores, transaction: Transaction, caller: Caller, belongings: Belongings, acting: Acting
) -> None:
    project = caller.project
    ids = sorted(belongings.carts)
    for start in range(0, len(ids), CARTS_AT_ONCE):
        for locked in await lock_carts(transaction, project, ids[start : start + CARTS_AT_ONCE]):
            if locked.state not in KEPT_STATES:
                await delete_cart(transaction, project, locked)
                continue
            bare = erased_cart(locked.cart, now=acting.now, actor=acting.actor)
            write = written(
                stores,
                caller=caller,
                kind=ERASED,
                before=locked,
                priced=Priced(bare, FAR_FUTURE, ()),
                acting=acting,
                is_repriced=False,
            )
            gone_at = stores.clock.utc_now() if locked.is_gone else None
            await change_locked_cart(transaction, project, replace(write, gone_at=gone_at))


async def _erase_orders(
    stores: Stores, transaction: Transaction, project: str, owner: str, acting: Acting
) -> tuple[str, ...]:
    orders = await lock_orders_of_owner(transaction, project, owner)
    for locked in orders:
        bare = erased_order(locked.order, now=acting.now, actor=acting.actor)
        said = erasure_of(locked.order, bare)
        event = event_of(said, previous_head=locked.head, salt=stores.clock.new_salt())
        is_written = await change_order(transaction, project, before=locked, order=bare, event=event)
        assert is_written, "a locked order changed"
    return tuple(each.id for each in orders)
