"""Whatever a shopper and an agent do in turns: an undo leaves what a plain count by hands expects."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handcart.domain.cart import Cart
from handcart.domain.errors import Refusal
from handcart.domain.event import plain
from tests.domain.story import Story
from tests.strategies import ON_OFFER

few = settings(max_examples=300, deadline=None)
CITIES = ("Here", "There", "Elsewhere")


@dataclass
class Count:
    """Units of one line by whose they are. ``taken`` are the shopper's that the agent took out."""

    sku: str
    shoppers: int = 0
    agents: int = 0
    taken: int = 0
    was_agents: bool = False
    is_touched: bool = False

    @property
    def quantity(self) -> int:
        return self.shoppers + self.agents

    @property
    def due(self) -> int:
        """What is left without the agent."""
        return self.shoppers + self.taken

    def move(self, units: int, *, by_agent: bool) -> None:
        """So many units more, or fewer."""
        if by_agent:
            self.was_agents = True
            back = min(max(units, 0), self.taken)
            own = min(max(-units, 0), self.agents)
            self.taken += max(-units - own, 0) - back
            self.shoppers += back - max(-units - own, 0)
            self.agents += max(units - back, 0) - own
            return
        self.is_touched = self.was_agents
        self.taken = 0
        gone = min(max(-units, 0), self.agents)
        self.agents -= gone
        self.shoppers += units + gone


@dataclass
class Expected:
    """The model: counts of lines in the order in which they came, and the values that were set, with who set them."""

    lines: list[Count] = field(default_factory=list)
    said: dict[str, list[tuple[bool, Any]]] = field(default_factory=dict)

    def line(self, sku: str) -> Count:
        """The line that is there, or a new one."""
        for line in self.lines:
            if line.sku == sku and line.quantity:
                return line
        self.lines.append(Count(sku))
        return self.lines[-1]

    def say(self, what: str, value: Any, *, by_agent: bool) -> None:
        """A value was set; setting what is there already is nothing."""
        before = self.said.get(what, [])
        if (before[-1][1] if before else None) != value:
            self.said.setdefault(what, []).append((by_agent, value))

    def after_undo(self) -> dict[str, int]:
        """The units by SKU."""
        due = [line.due for line in self.lines]
        for number, line in enumerate(self.lines):
            if line.quantity or not due[number]:
                continue
            for later in range(number + 1, len(self.lines)):
                rival = self.lines[later]
                if rival.sku != line.sku:
                    continue
                if not due[later] and rival.quantity and rival.is_touched:
                    due[later] = rival.quantity
                if due[later]:
                    due[number] = 0
                    break
        left: dict[str, int] = {}
        for line, units in zip(self.lines, due, strict=True):
            left[line.sku] = left.get(line.sku, 0) + units
        return {sku: units for sku, units in left.items() if units}

    def value_after_undo(self, what: str) -> Any:
        """The shopper's last word, or None."""
        own = [value for by_agent, value in self.said.get(what, []) if not by_agent]
        return own[-1] if own else None


def moves() -> st.SearchStrategy[tuple[bool, str, str, int]]:
    kinds = st.sampled_from(["add", "add", "set", "set", "remove", "ship", "bill", "order"])
    return st.tuples(st.booleans(), kinds, st.sampled_from(ON_OFFER), st.integers(1, 4))


def play(story: Story, expected: Expected, move: tuple[bool, str, str, int], *, is_told: bool = True) -> None:
    """One hand does one thing, and the model counts it."""
    by_agent, kind, sku, number = move
    act = story.agent if by_agent else story.shopper
    there = next((each for each in story.cart.line_items if each.variant.sku == sku), None)
    if kind in ("ship", "bill"):
        what = "shippingAddress" if kind == "ship" else "billingAddress"
        city = CITIES[number % 3]
        act(f"set{what[0].upper()}{what[1:]}", address={"country": "US", "city": city})
        expected.say(what, city, by_agent=by_agent)
    elif kind == "order":
        act("changeLineItemsOrder", lineItemOrder=[each.id for each in reversed(story.cart.line_items)])
    elif kind == "add":
        try:
            act("addLineItem", sku=sku, quantity=number)
        except Refusal:
            return
        expected.line(sku).move(number, by_agent=by_agent)
    elif there is not None:
        quantity = 0 if kind == "remove" else number
        if quantity != there.quantity:
            expected.line(sku).move(quantity - there.quantity, by_agent=by_agent)
        act("changeLineItemQuantity", lineItemId=there.id, quantity=quantity)


def units(cart: Cart) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in cart.line_items:
        found[each.variant.sku or ""] = found.get(each.variant.sku or "", 0) + each.quantity
    return found


def meant(cart: Cart) -> Any:
    """The cart but for its stamps."""
    stamps = ("version", "lastModifiedAt", "lastModifiedBy", "pricedFor")
    return {name: value for name, value in plain(cart).items() if name not in stamps}


@few
@given(st.lists(moves(), max_size=4), st.lists(moves(), max_size=12))
def test_an_undo_leaves_what_a_count_by_hands_expects(before: list[Any], then: list[Any]):
    story, expected = Story(), Expected()
    for _, *rest in before:
        play(story, expected, (False, *rest))
    for move in then:
        play(story, expected, move)
    kept = story.undo()
    assert units(story.cart) == expected.after_undo()
    for what, address in (
        ("shippingAddress", story.cart.shipping_address),
        ("billingAddress", story.cart.billing_address),
    ):
        assert (address.city if address is not None else None) == expected.value_after_undo(what)
    once = story.cart
    assert {each.path for each in story.undo()} <= {each.path for each in kept}
    assert story.cart is once


@few
@given(st.lists(moves(), max_size=4), st.lists(moves(), max_size=12))
def test_nothing_of_the_shoppers_is_lost(before: list[Any], then: list[Any]):
    """What the shopper would have had without the agent's additions is there, up to what the shopper lowered."""
    story, expected = Story(), Expected()
    for move in (*((False, *rest) for _, *rest in before), *then):
        play(story, expected, move)
    now = units(story.cart)
    shoppers = {line.sku: line.shoppers for line in expected.lines if line.quantity}
    story.undo()
    after = units(story.cart)
    assert all(after.get(sku, 0) >= count for sku, count in shoppers.items())
    assert all(after.get(sku, 0) >= 1 for sku in now if shoppers.get(sku))


@few
@given(st.lists(moves(), max_size=10))
def test_where_only_the_shopper_did_anything_nothing_changes(then: list[Any]):
    story, expected = Story(), Expected()
    for _, *rest in then:
        play(story, expected, (False, *rest))
    now = story.cart
    assert story.undo() == []
    assert story.cart is now


@few
@given(st.lists(moves(), max_size=4), st.lists(moves(), max_size=10))
def test_where_only_the_agent_did_anything_the_cart_is_as_before(before: list[Any], then: list[Any]):
    story, expected = Story(), Expected()
    for _, *rest in before:
        play(story, expected, (False, *rest))
    start = units(story.cart), story.cart.shipping_address, story.cart.billing_address
    for _, *rest in then:
        play(story, expected, (True, *rest))
    assert story.undo() == []
    assert (units(story.cart), story.cart.shipping_address, story.cart.billing_address) == start
