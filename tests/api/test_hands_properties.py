"""Random hands at once on the carts of several shoppers: desks, takeovers, pairings and proposals.

Whatever the order: each cart is what an independent model says, an agent touches what it has a hand on and nothing
else, and no answer to one holds anything of another.
"""

import json
import secrets
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.desk import Desk
from tests.api.proposals import answer, draft
from tests.builders import US_ADDRESS, add, open_cart, ship_to, skus
from tests.client import Api, ok, refused
from tests.conftest import Project

SHOPPERS, AGENTS = 2, 2
SKUS = ("TEE", "MUG", "PEN")

shoppers = st.integers(0, SHOPPERS - 1)
agents = st.integers(0, AGENTS - 1)
units = st.tuples(st.sampled_from(SKUS), st.integers(1, 3))
hold = st.sampled_from(["select", "take over", "pair"])
let_go = st.sampled_from(["hand back", "shopper ends", "end pairing"])
steps = st.lists(
    st.one_of(
        st.tuples(hold, agents, shoppers),
        st.tuples(let_go, agents, shoppers),
        st.tuples(st.just("agent adds"), agents, shoppers, units),
        st.tuples(st.just("propose"), agents, shoppers, units),
        st.tuples(st.just("shopper adds"), shoppers, units),
        st.tuples(st.sampled_from(["accept", "refuse"]), shoppers),
    ),
    min_size=25,
    max_size=45,
)


class Shopper:
    """A customer with a mark in name and address, the cart, and what should be in it."""

    def __init__(self, project: Project) -> None:
        self.mark = secrets.token_hex(8)
        named = {"email": f"{self.mark}@example.com", "password": "pw", "firstName": f"N{self.mark}"}
        self.id = project.backend.create("/customers", named)["customer"]["id"]
        self.api: Api = project.api(project.token(customer_id=self.id)).in_store("siteA")
        self.cart_id = open_cart(self.api, "siteA", ship_to({**US_ADDRESS, "streetName": f"S{self.mark}"}))["id"]
        self.model: Counter[str] = Counter()
        self.held_by: int | None = None
        self.open: list[tuple[Any, str, int]] = []


class World:
    """Two agents who may do everything, and what each has in hand, as a model that knows nothing of the server."""

    def __init__(self, project: Project) -> None:
        # All examples share the project, and the codes of a quarter of an hour are counted.
        project.sql.execute("DELETE FROM sign_in_failures WHERE project = $1", project.key)
        self.shoppers = [Shopper(project) for _ in range(SHOPPERS)]
        self.desks = [Desk(project, name) for name in ("admin", "agent7")]
        for desk in self.desks:
            desk.read()
        self.takeovers: dict[int, Any] = {}
        self.pairings: dict[tuple[int, int], Any] = {}

    def reaches(self, agent: int, index: int) -> bool:
        shopper = self.shoppers[index]
        is_active = self.desks[agent].active == shopper.id
        return is_active or shopper.held_by == agent or (agent, index) in self.pairings

    def check(self, said: Any, index: int) -> None:
        text = json.dumps(said)
        for each in self.shoppers:
            if each is not self.shoppers[index]:
                assert not [secret for secret in (each.mark, each.id, each.cart_id) if secret in text]

    def select(self, agent: int, index: int) -> None:
        self.check(self.desks[agent].select(self.shoppers[index].id), index)

    def take_over(self, agent: int, index: int) -> None:
        if agent:
            return  # agent7 may not update customers.
        shopper, there = self.shoppers[index], self.desks[agent].there
        if shopper.held_by is None:
            order = there.create("/offline-orders", {"customerId": shopper.id})
            seen = there.create(f"/offline-orders/{order['id']}/takeover", {"reason": "asked to"})
            assert seen["cart"]["id"] == shopper.cart_id
            self.check(seen, index)
            shopper.held_by, self.takeovers[index] = agent, seen["takeover"]

    def end_takeover(self, caller: Api, path: str, index: int) -> None:
        taken = self.takeovers.pop(index, None)
        if taken is not None:
            ended = ok(caller.delete(f"{path}/{taken['id']}", params={"version": taken["version"]}), 200)
            assert ended["state"] == "Cancelled"
            self.shoppers[index].held_by = None

    def pair(self, agent: int, index: int) -> None:
        shopper = self.shoppers[index]
        code = shopper.api.create("/me/pairing-codes", {"cartId": shopper.cart_id})["code"]
        asked = self.desks[agent].there.create("/desk/pairings", {"code": code})
        assert shopper.cart_id not in json.dumps(asked)
        pairing_id = asked["pairing"]["id"]
        self.pairings[agent, index] = shopper.api.write(f"/me/pairings/{pairing_id}/confirm", {})

    def end_pairing(self, agent: int, index: int) -> None:
        pairing = self.pairings.pop((agent, index), None)
        if pairing is not None:
            path = f"/me/pairings/{pairing['id']}"
            ok(self.shoppers[index].api.delete(path, params={"version": pairing["version"]}), 200)

    def agent_adds(self, agent: int, index: int, sku: str, quantity: int) -> None:
        shopper = self.shoppers[index]
        path = f"/carts/{shopper.cart_id}"
        said = self.desks[agent].there.post(path, {"actions": [add(sku, quantity)]})
        if not self.reaches(agent, index):
            refused(said, 404, "ResourceNotFound")
            refused(self.desks[agent].there.get(path), 404, "ResourceNotFound")
        elif shopper.held_by not in (None, agent):
            refused(said, 400, "InvalidOperation", "TakeoverHeld")
        else:
            self.check(ok(said, 200), index)
            shopper.model[sku] += quantity

    def propose(self, agent: int, index: int, sku: str, quantity: int) -> None:
        shopper = self.shoppers[index]
        cart = shopper.api.read(f"/me/carts/{shopper.cart_id}")
        said = self.desks[agent].there.post("/proposals", draft(cart, add(sku, quantity)))
        if self.reaches(agent, index):
            self.check(ok(said, 201), index)
            shopper.open.append((said.json(), sku, quantity))
        else:
            refused(said, 404, "ResourceNotFound")

    def answer(self, index: int, *, is_taken: bool) -> None:
        shopper = self.shoppers[index]
        if shopper.open:
            proposal, sku, quantity = shopper.open.pop(0)
            stranger = self.shoppers[index - 1]
            refused(answer(stranger.api, proposal, "acceptAll"), 404, "ResourceNotFound")
            said = ok(answer(shopper.api, proposal, "acceptAll" if is_taken else "refuseAll"), 200)
            self.check(said, index)
            shopper.model[sku] += quantity if is_taken else 0

    def shopper_adds(self, index: int, sku: str, quantity: int) -> None:
        shopper = self.shoppers[index]
        path = f"/me/carts/{shopper.cart_id}"
        self.check(shopper.api.write(path, {"actions": [add(sku, quantity)]}), index)
        shopper.model[sku] += quantity

    def check_whole(self) -> None:
        """Everything that each shopper is shown is the own, and each cart is as the model says."""
        for index, shopper in enumerate(self.shoppers):
            cart = shopper.api.read("/me/current-cart")
            assert (cart["id"], Counter(dict(skus(cart)))) == (shopper.cart_id, +shopper.model)
            seen = [shopper.api.read(path) for path in ("/me/carts", "/me/takeovers", "/me/pairings", "/me/proposals")]
            assert [each["count"] for each in seen[:2]] == [1, int(shopper.held_by is not None)]
            self.check(seen, index)
        for agent, desk in enumerate(self.desks):
            # The carts of other examples are the agents' as well.
            held = {each["cartId"] for each in desk.read()["takeovers"]} & {each.cart_id for each in self.shoppers}
            assert held == {each.cart_id for each in self.shoppers if each.held_by == agent}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=steps)
def test_random_hands_touch_what_they_hold_and_nothing_of_anybody_else(project: Project, story: list[Any]) -> None:
    world = World(project)
    for step in story:
        match step:
            case "select", agent, index:
                world.select(agent, index)
            case "take over", agent, index:
                world.take_over(agent, index)
            case "hand back", _, index:
                world.end_takeover(world.desks[0].there, "/takeovers", index)
            case "shopper ends", _, index:
                world.end_takeover(world.shoppers[index].api, "/me/takeovers", index)
            case "pair", agent, index:
                world.pair(agent, index)
            case "end pairing", agent, index:
                world.end_pairing(agent, index)
            case "agent adds", agent, index, (sku, quantity):
                world.agent_adds(agent, index, sku, quantity)
            case "propose", agent, index, (sku, quantity):
                world.propose(agent, index, sku, quantity)
            case "shopper adds", index, (sku, quantity):
                world.shopper_adds(index, sku, quantity)
            case "accept" | "refuse" as said, index:
                world.answer(index, is_taken=said == "accept")
    world.check_whole()
    assert project.broken_invariants() == []
