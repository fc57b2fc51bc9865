"""A cart, and what a shopper and agents did to it, as the event log has it."""

from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Actor, Cart
from handcart.domain.cart_draft import empty_cart
from handcart.domain.document import Timestamp
from handcart.domain.history import RecordedEvent
from handcart.domain.leave import Leave
from handcart.domain.ledger import UNDONE, Cover
from handcart.domain.price import price_cart
from handcart.domain.references import Reference
from handcart.domain.undo_since import KeptChange, ledger_of, plan_undo_since
from handcart.domain.updates.apply import AnyCartAction, apply_actions
from tests.domain.test_history import recorded
from tests.strategies import ALICE, CATALOGUE, acting_on, ids

BACKEND = Leave(100, is_backend=True)
SINCE = Timestamp("2026-06-01T10:42:00.000Z")


class Story:
    """A cart, and what two hands did to it, a minute apart each; the first thing happens at 10:43."""

    def __init__(self, *before: dict[str, Any]) -> None:
        self._new_id = ids()
        site = CATALOGUE.sites["siteA"]
        self._minute = 42
        cart = replace(empty_cart(acting=self.acting(), owner=ALICE, currency="USD", store=site), version=1)
        self.cart = price_cart(cart, catalogue=CATALOGUE, site=site, now=self.acting().now).cart
        self.events: list[RecordedEvent] = []
        for each in before:
            self._do(each, operator=None, is_told=False)
        self.start = self.cart

    def acting(self) -> Acting:
        """The circumstances of the present minute."""
        hour, minute = divmod(10 * 60 + self._minute, 60)
        return replace(
            acting_on("siteA", new_id=self._new_id), now=Timestamp(f"2026-06-01T{hour:02}:{minute:02}:30.000Z")
        )

    def _do(self, said: dict[str, Any], *, operator: str | None, is_told: bool = True) -> None:
        if is_told:
            self._minute += 1
        action = msgspec.convert(said, AnyCartAction)
        self.reach(apply_actions(self.cart, [action], self.acting()).cart, [action], operator=operator)
        if not is_told:
            self.events.clear()

    def reach(self, after: Cart, said: list[Any], *, operator: str | None, kind: str = "CartChanged") -> None:
        event = recorded(self.cart, after, *said, kind=kind)
        actor = Actor(operator=Reference(type_id="staff", id=operator) if operator else None)
        body = replace(event.body, at=self.acting().now, actor=actor)
        if after is not self.cart:
            self.events.insert(0, RecordedEvent(body, event.personal))
            self.cart = after

    def shopper(self, action: str, **fields: Any) -> None:
        self._do({"action": action, **fields}, operator=None)

    def agent(self, action: str, by: str = "ann", **fields: Any) -> None:
        self._do({"action": action, **fields}, operator=by)

    def undo(self, operator: str | None = None, since: Timestamp = SINCE) -> list[KeptChange]:
        """Take back, by a supervisor; it becomes part of the story."""
        self._minute += 1
        acting, cover = self.acting(), Cover(since, operator)
        plan = plan_undo_since(self.cart, ledger_of(self.cart, self.events, cover), cover, acting, leave=BACKEND)
        said = [{"since": since, "operatorId": operator} if operator else {"since": since}]
        self.reach(plan.priced.cart, said, operator="supervisor", kind=UNDONE)
        return list(plan.kept)

    def line(self, sku: str) -> str:
        return next(each.id for each in self.cart.line_items if each.variant.sku == sku)

    def held(self) -> list[tuple[str | None, int]]:
        return [(each.variant.sku, each.quantity) for each in self.cart.line_items]
