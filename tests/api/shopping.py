"""What Hypothesis draws: sequences of what shoppers do on the sites of fixture F."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.builders import action, add

SITES = ("siteA", "siteB", "siteM", "siteC")
PRICES = {
    "TEE": {"siteA": 2500, "siteB": 5000, "siteM": 48000, "siteC": 4000},
    "SHIRT": {"siteA": 3000, "siteB": 3300, "siteM": 60000, "siteC": 3100},
    "MUG": {"siteA": 800, "siteB": 800, "siteM": 16000, "siteC": 800},
    "PEN": {"siteA": 200, "siteB": 200, "siteM": 4000, "siteC": 200},
}
SKUS = tuple(PRICES)


@dataclass(frozen=True)
class Step:
    """One request: what is done on which site, to which line (counted around) and how much of it."""

    what: str
    site: str
    sku: str
    line: int
    quantity: int

    def actions(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The update actions on a cart with these lines; none where there is no line to act on."""
        if self.what == "add":
            return [add(self.sku, self.quantity)]
        if not lines:
            return []
        line_id = lines[self.line % len(lines)]["id"]
        if self.what == "change":
            return [action("changeLineItemQuantity", lineItemId=line_id, quantity=self.quantity)]
        if self.what == "remove":
            return [action("removeLineItem", lineItemId=line_id)]
        if self.what == "take":
            return [action("removeLineItem", lineItemId=line_id, quantity=self.quantity)]
        return [action("changeLineItemsOrder", lineItemOrder=[each["id"] for each in reversed(lines)])]


steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(("add", "add", "add", "change", "remove", "take", "turn")),
        site=st.sampled_from(SITES),
        sku=st.sampled_from(SKUS),
        line=st.integers(0, 5),
        quantity=st.integers(1, 9),
    ),
    max_size=12,
)


class Model:
    """A cart as it should be: (SKU, site, quantity) in order, by rules written down a second time."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, int]] = []

    def do(self, step: Step) -> None:
        """Follow a step."""
        if step.what == "add":
            self._add(step)
        elif self.lines:
            index = step.line % len(self.lines)
            sku, site, quantity = self.lines[index]
            if step.what == "turn":
                self.lines.reverse()
            elif step.what == "change":
                self.lines[index] = (sku, site, step.quantity)
            elif step.what == "take" and step.quantity < quantity:
                self.lines[index] = (sku, site, quantity - step.quantity)
            else:
                del self.lines[index]

    def _add(self, step: Step) -> None:
        for index, (sku, site, quantity) in enumerate(self.lines):
            if (sku, site) == (step.sku, step.site):
                self.lines[index] = (sku, site, quantity + step.quantity)
                return
        self.lines.append((step.sku, step.site, step.quantity))

    def total_on(self, site: str) -> int:
        """What it costs on a site, in its cents."""
        return sum(PRICES[sku][site] * quantity for sku, _, quantity in self.lines)
