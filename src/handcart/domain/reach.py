"""Reach: which carts a member of staff has a hand on at this moment, and by what.

Owner, scope and assignment say which cart it is; the hand only says who may act on it now, and is no part of any key.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from handcart.domain.document import Document

WALK_INS_MAX = 100
"""So many of a desk's walk-ins, the latest, are within reach: what a request costs must not grow with the desk."""

HoldKind = Literal["desk", "takeover", "pairing", "proposal"]


class Via(Document):
    """The desk, takeover, pairing or proposal under which something is done."""

    kind: HoldKind
    id: str


class DeskHold(msgspec.Struct, frozen=True, kw_only=True):
    """The desk that a sign-in sits at, as of a version: whom it serves now, and its latest walk-ins, as owner keys."""

    id: str
    version: int
    active_owner: str | None
    is_scratch: bool
    """Nobody was selected yet: the active cart is the one that a fresh desk starts with."""
    walk_ins: frozenset[str]

    def serves(self, owner: str | None) -> bool:
        """Whether the carts of this owner are on the desk."""
        return owner is not None and (owner == self.active_owner or owner in self.walk_ins)


class CartHold(msgspec.Struct, frozen=True):
    """A takeover or a pairing, and whose the cart was when it came about, as owner key."""

    id: str
    owner: str | None

    def is_on(self, owner: str | None) -> bool:
        """Whether it holds now that the cart is this owner's: a guest may have signed in, but a customer's cart that
        became somebody else's is one that nobody has let the agent see.
        """
        return owner == self.owner or self.owner is None or self.owner.startswith("anonymous:")


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What is within reach of one sign-in of staff. ``takeovers`` and ``pairings`` are by cart id."""

    desk: DeskHold | None = None
    takeovers: Mapping[str, CartHold] = MappingProxyType({})
    pairings: Mapping[str, CartHold] = MappingProxyType({})

    def hold_on(self, *, cart_id: str, owner: str | None) -> Via | None:
        """By what this cart is within reach; None where it is not. A takeover goes before the desk: it says more."""
        takeover, pairing = self.takeovers.get(cart_id), self.pairings.get(cart_id)
        if takeover is not None and takeover.is_on(owner):
            return Via(kind="takeover", id=takeover.id)
        if self.desk is not None and self.desk.serves(owner):
            return Via(kind="desk", id=self.desk.id)
        if pairing is not None and pairing.is_on(owner):
            return Via(kind="pairing", id=pairing.id)
        return None


NOTHING = Reach()
