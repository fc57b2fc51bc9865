"""Random desks: each customer's cart is what an independent model says, and no answer holds anything of another."""

import json
import secrets
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.desk import Desk
from tests.builders import US_ADDRESS, add, open_cart, ship_to, skus
from tests.client import refused
from tests.conftest import Project

CUSTOMERS, AGENTS = 4, 2
SKUS = ("TEE", "MUG", "PEN", "SHIRT")

indexes = st.integers(0, CUSTOMERS - 1)
agents = st.integers(0, AGENTS - 1)
units = st.tuples(st.sampled_from(SKUS), st.integers(1, 3))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("select"), agents, indexes),
        st.tuples(st.just("walk-in"), agents),
        st.tuples(st.just("agent adds"), agents, units),
        st.tuples(st.just("shopper adds"), indexes, units),
        st.tuples(st.just("wrong switch"), agents, indexes),
        st.tuples(st.just("stale write"), agents, indexes),
    ),
    min_size=5,
    max_size=25,
)


class World:
    """Customers of one example, each with a mark in the address, and a model of what is in whose cart."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.desks = [Desk(project) for _ in range(AGENTS)]
        self.ids: list[str] = []
        self.marks: dict[str, str] = {}
        self.model: dict[str, Counter[str]] = {}
        self.carts: dict[str, str] = {}
        self.shoppers: dict[str, Any] = {}
        for _ in range(CUSTOMERS):
            mark = secrets.token_hex(8)
            draft = {"email": f"{mark}@example.com", "password": "pw", "firstName": f"N{mark}"}
            customer_id = project.backend.create("/customers", draft)["customer"]["id"]
            shopper = project.api(project.token(customer_id=customer_id))
            cart = open_cart(shopper, "siteA", ship_to({**US_ADDRESS, "streetName": f"S{mark}"}))
            self.ids.append(customer_id)
            self.remember(customer_id, cart["id"], mark)
            self.shoppers[customer_id] = shopper

    def remember(self, customer_id: str, cart_id: str, mark: str) -> None:
        self.marks[customer_id] = mark
        self.carts[customer_id] = cart_id
        self.model[customer_id] = Counter()

    def check(self, answer: Any, whose: str) -> None:
        """Nothing of anybody but this customer is in an answer."""
        text = json.dumps(answer)
        for customer_id, mark in self.marks.items():
            if customer_id != whose:
                assert mark not in text
                assert customer_id not in text
                assert self.carts[customer_id] not in text

    def select(self, desk: Desk, customer_id: str) -> None:
        answer = desk.select(customer_id)
        whose = answer["cartCustomerId"]
        if whose not in self.model:
            self.remember(whose, answer["cart"]["id"], f"walk-in {whose}")
        assert answer["cart"]["id"] == self.carts[whose]
        assert Counter(dict(skus(answer["cart"]))) == self.model[whose]
        self.check(answer, whose)

    def agent_adds(self, desk: Desk, sku: str, quantity: int) -> None:
        if desk.active:
            answer = desk.add({"id": self.carts[desk.active]}, add(sku, quantity))
            self.model[desk.active][sku] += quantity
            self.check(answer, desk.active)

    def shopper_adds(self, customer_id: str, sku: str, quantity: int) -> None:
        self.check(open_cart(self.shoppers[customer_id], "siteA", add(sku, quantity)), customer_id)
        self.model[customer_id][sku] += quantity

    def wrong_switch(self, desk: Desk, customer_id: str) -> None:
        if customer_id != desk.active:
            body = desk.body(self.ids[0], active=customer_id)
            refused(desk.there.post("/desk/customer-cart", body), 409, "ConcurrentModification")

    def stale_write(self, desk: Desk, customer_id: str) -> None:
        if customer_id != desk.active:
            answer = desk.there.post(f"/carts/{self.carts[customer_id]}", {"actions": [add("MUG")]})
            refused(answer, 404, "ResourceNotFound")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=steps)
def test_s0_37_random_desks_keep_every_cart_its_customers_own(project: Project, story: list[Any]) -> None:
    world = World(project)
    for step in story:
        match step:
            case "select", agent, index:
                world.select(world.desks[agent], world.ids[index])
            case "walk-in", agent:
                world.select(world.desks[agent], "")
            case "agent adds", agent, (sku, quantity):
                world.agent_adds(world.desks[agent], sku, quantity)
            case "shopper adds", index, (sku, quantity):
                world.shopper_adds(world.ids[index], sku, quantity)
            case "wrong switch", agent, index:
                world.wrong_switch(world.desks[agent], world.ids[index])
            case "stale write", agent, index:
                world.stale_write(world.desks[agent], world.ids[index])
    for customer_id in world.ids:
        assert Counter(dict(skus(open_cart(world.shoppers[customer_id])))) == world.model[customer_id]
