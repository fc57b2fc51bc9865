"""Limits: how far the holders of a role may go with what its behaviours allow."""

from collections.abc import Iterable

import msgspec

from handcart.domain.document import Draft
from handcart.domain.errors import InvalidField
from handcart.domain.updates.published import OWN_CART_ACTIONS, PUBLISHED_CART_ACTIONS

PRICE_ADJUST = "price:adjust"
"""The behaviour that allows any price adjustment, unless the role limits it."""


class Limits(Draft):
    """What a role may carry. ``actions`` are the update actions of carts that it may take; absent, all of them.

    ``price_adjustment_percent_max`` is in percent of a line's price, 0 to 100; absent, 0, or 100 for a role with the
    behaviour ``price:adjust``.
    """

    actions: tuple[str, ...] | None = None
    price_adjustment_percent_max: int | None = None


class LimitedRole(msgspec.Struct, frozen=True):
    """A role as far as limits go."""

    behaviours: frozenset[str]
    limits: Limits | None = None


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """What the roles of one member of staff come to. ``verbs`` are update actions of carts; None is all of them."""

    verbs: frozenset[str] | None
    price_adjustment_percent_max: int

    def allows(self, action: str) -> bool:
        """Whether an update action of this name may be taken."""
        return self.verbs is None or action in self.verbs


NOTHING_ALLOWED = Allowance(verbs=frozenset(), price_adjustment_percent_max=0)


def allowance_of(roles: Iterable[LimitedRole]) -> Allowance:
    """Everything that at least one of the roles allows: roles add to each other and never take away.

    Without any role there are no verbs.
    """
    verbs: frozenset[str] | None = frozenset()
    percent = 0
    for role in roles:
        limits = role.limits or Limits()
        verbs = None if verbs is None or limits.actions is None else verbs | frozenset(limits.actions)
        percent = max(percent, _percent_of(role, limits))
    return Allowance(verbs=verbs, price_adjustment_percent_max=percent)


def _percent_of(role: LimitedRole, limits: Limits) -> int:
    if limits.price_adjustment_percent_max is not None:
        return limits.price_adjustment_percent_max
    return 100 if PRICE_ADJUST in role.behaviours else 0


def check_limits(limits: Limits | None) -> None:
    """Refuse an update action that carts do not have, and a percentage outside 0 to 100. Raises InvalidField."""
    if limits is None:
        return
    for index, action in enumerate(limits.actions or ()):
        if action not in PUBLISHED_CART_ACTIONS | OWN_CART_ACTIONS:
            raise InvalidField(field=f"limits.actions[{index}]", invalid_value=action)
    percent = limits.price_adjustment_percent_max
    if percent is not None and not 0 <= percent <= 100:
        raise InvalidField(field="limits.priceAdjustmentPercentMax", invalid_value=percent)
