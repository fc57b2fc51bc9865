"""What several roles come to: each adds, none takes away."""

import pytest

from handcart.domain.errors import InvalidField
from handcart.domain.limits import Allowance, LimitedRole, Limits, allowance_of, check_limits

SELLS, ADJUSTS = frozenset({"cart:write"}), frozenset({"cart:write", "price:adjust"})


def role(behaviours: frozenset[str] = SELLS, **limits: object) -> LimitedRole:
    return LimitedRole(behaviours, Limits(**limits) if limits else None)


@pytest.mark.parametrize(
    ("roles", "verbs", "percent"),
    [
        ((), frozenset(), 0),
        ((role(),), None, 0),
        ((role(ADJUSTS),), None, 100),
        ((role(ADJUSTS, price_adjustment_percent_max=10),), None, 10),
        ((role(ADJUSTS, price_adjustment_percent_max=0),), None, 0),
        ((role(price_adjustment_percent_max=5),), None, 5),
        ((role(actions=("addLineItem",)),), frozenset({"addLineItem"}), 0),
        ((role(actions=()),), frozenset(), 0),
        (
            (role(actions=("addLineItem",)), role(ADJUSTS, actions=("setLineItemPrice",))),
            frozenset({"addLineItem", "setLineItemPrice"}),
            100,
        ),
        ((role(actions=("addLineItem",)), role()), None, 0),
        ((role(), role(actions=("addLineItem",))), None, 0),
        ((role(price_adjustment_percent_max=5), role(ADJUSTS, price_adjustment_percent_max=10)), None, 10),
        ((role(price_adjustment_percent_max=5), role(ADJUSTS)), None, 100),
    ],
)
def test_roles_add_to_each_other(roles: tuple[LimitedRole, ...], verbs: frozenset[str] | None, percent: int) -> None:
    assert allowance_of(roles) == Allowance(verbs=verbs, price_adjustment_percent_max=percent)
    assert allowance_of(reversed(roles)) == allowance_of(roles)


def test_an_allowance_without_verbs_allows_every_action() -> None:
    assert allowance_of([role()]).allows("setKey")
    assert not allowance_of([role(actions=("addLineItem",))]).allows("setKey")
    assert allowance_of([role(actions=("addLineItem",))]).allows("addLineItem")


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(actions=("addLineItem", "fly")), "limits.actions[1]"),
        (Limits(price_adjustment_percent_max=101), "limits.priceAdjustmentPercentMax"),
        (Limits(price_adjustment_percent_max=-1), "limits.priceAdjustmentPercentMax"),
    ],
)
def test_limits_name_what_there_is(limits: Limits, field: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        check_limits(limits)
    assert refusal.value.field == field
