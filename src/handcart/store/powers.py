"""What a member of staff may do at this moment, and its hands: read at each request, so that every change holds on the
next one; locked while a hand writes, so that none is taken away in between.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from handcart.domain.caller import Caller
from handcart.domain.limits import Allowance, LimitedRole, Limits, allowance_of
from handcart.domain.reach import WALK_INS_MAX, CartHold, DeskHold, Reach, Via
from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement

_limits_decoder = msgspec.json.Decoder(Limits)


class Powers(msgspec.Struct, frozen=True):
    """The behaviours of a member of staff, how far they go, and what is within reach."""

    behaviours: frozenset[str]
    allowance: Allowance
    reach: Reach


async def load_powers(querying: Querying, project: str, *, staff_id: str, device: str, now: datetime) -> Powers:
    """The powers of a member of staff at one sign-in; one who is no more may do nothing."""
    row = await querying.row(statement("load_powers"), project, UUID(staff_id), device, now, WALK_INS_MAX)
    assert row is not None
    desk = None
    if row["desk_id"] is not None:
        desk = DeskHold(
            id=str(row["desk_id"]),
            version=row["desk_version"],
            active_owner=row["active_owner"],
            is_scratch=row["is_scratch"] and row["active_owner"].startswith("anonymous:"),
            walk_ins=frozenset(row["walk_ins"] or ()),
        )
    roles = [_role(*each) for each in row["roles"] or ()]
    behaviours = frozenset[str]().union(*(each.behaviours for each in roles))
    # What is in hand stays so, but a hand that may no longer act reaches nothing.
    reach = Reach(
        desk=desk if "cart:switch" in behaviours else None,
        takeovers=_by_cart(row["takeovers"]) if "customer:update" in behaviours else {},
        pairings=_by_cart(row["pairings"]) if "pairing" in behaviours else {},
    )
    return Powers(behaviours, allowance_of(roles), reach)


def _role(behaviours: Sequence[str], limits: bytes | None) -> LimitedRole:
    return LimitedRole(frozenset(behaviours), _limits_decoder.decode(limits) if limits is not None else None)


def _by_cart(holds: Iterable[tuple[UUID, UUID, str | None]] | None) -> dict[str, CartHold]:
    return {str(cart_id): CartHold(str(hold_id), owner) for cart_id, hold_id, owner in holds or ()}


async def lock_hold(transaction: Transaction, caller: Caller, hold: Via, *, now: datetime) -> bool:
    """Whether a hand is still on what it had been on when the request came; it stays there until the transaction ends.

    Locked before any owner or cart.
    """
    project, hold_id = caller.project, UUID(hold.id)
    if hold.kind == "desk":
        version = caller.reach.desk.version if caller.reach.desk is not None else 0
        return await transaction.row(statement("lock_desk_hold"), project, hold_id, version) is not None
    staff_id = UUID(caller.staff_id or "")
    name = "lock_takeover_hold" if hold.kind == "takeover" else "lock_pairing_hold"
    return await transaction.row(statement(name), project, hold_id, staff_id, now) is not None
