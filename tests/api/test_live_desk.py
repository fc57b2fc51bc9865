"""The live stream of a desk: the carts of all whom it serves, and who they are."""

import base64
from typing import Any

import pytest

from tests.builders import add, open_cart, ship_to, submit
from tests.client import Api, ok, refused
from tests.conftest import Project
from tests.live import Stream, listening, stops_with

EVENTS = "/desk/events"


class Desk:
    """An agent at work on siteA."""

    def __init__(self, project: Project, username: str = "agent7") -> None:
        self.project = project
        self.agent = project.staff(username).in_store("siteA")
        self.active = ""

    def serve(self, who: str) -> Any:
        """Select a customer by key; ``""`` is a new walk-in. Answers the cart."""
        selected = self.project.customer_id(who) if who else ""
        body = {"activeCustomerId": self.active, "selectedCustomerId": selected}
        answer = self.agent.write("/desk/customer-cart", body)
        self.active = answer["cartCustomerId"]
        return answer["cart"]


@pytest.fixture
def desk(project: Project) -> Desk:
    return Desk(project)


@pytest.fixture
def alice(project: Project) -> Api:
    return project.customer("alice").in_store("siteA")


def carts_in(told: Any) -> dict[str, tuple[str | None, int]]:
    return {each["cartId"]: (each.get("customerId"), each["version"]) for each in told.data["carts"]}


def test_s0_carts_of_all_whom_a_desk_serves_are_told_with_their_customers(project: Project, desk: Desk, alice: Api):
    of_alice, of_bob = desk.serve("alice"), desk.serve("bob")
    with listening(desk.agent, EVENTS) as stream:
        told = stream.next()
        assert told.name == "desk"
        assert told.data["activeCustomerId"] == project.customer_id("bob")
        known = carts_in(told)
        assert known[of_alice["id"]] == (project.customer_id("alice"), of_alice["version"])
        assert known[of_bob["id"]] == (project.customer_id("bob"), of_bob["version"])
        changed = alice.change_my_cart(of_alice, add("TEE"))
        told = stream.next()
        assert (told.name, told.data["cartId"]) == ("change", of_alice["id"])
        assert told.data["customerId"] == project.customer_id("alice")
        assert (told.data["versionTo"], told.data["actor"]) == (changed["version"], {"kind": "shopper"})
        changed = desk.agent.change_cart(of_bob, add("MUG"))
        told = stream.next()
        assert (told.data["cartId"], told.data["versionTo"]) == (of_bob["id"], changed["version"])
        assert told.data["actor"]["kind"] == "agent"
        assert told.data["via"]["kind"] == "desk"


def test_a_switch_and_a_walk_in_are_told(project: Project, desk: Desk):
    with listening(desk.agent, EVENTS) as stream:
        assert carts_in(stream.next("desk")) == {}
        of_alice = desk.serve("alice")
        told = stream.next("desk")
        while of_alice["id"] not in carts_in(told):
            told = stream.next("desk")
        assert told.data["activeCustomerId"] == project.customer_id("alice")
        walk_in = desk.serve("")
        told = stream.next("desk")
        while walk_in["id"] not in carts_in(told):
            told = stream.next("desk")
        assert carts_in(told)[walk_in["id"]] == (desk.active, walk_in["version"])
        changed = desk.agent.change_cart(walk_in, add("TEE"))
        told = stream.next("change")
        assert (told.data["cartId"], told.data["versionTo"]) == (walk_in["id"], changed["version"])


def test_a_desk_goes_on_without_gap_or_double_after_every_one_of_its_events(desk: Desk, alice: Api, project: Project):
    of_alice, of_bob = desk.serve("alice"), desk.serve("bob")
    bob = project.customer("bob").in_store("siteA")
    with listening(desk.agent, EVENTS) as stream:
        cursors = [stream.next("desk").id]
    happened = []
    for number in range(3):
        of_alice = alice.change_my_cart(of_alice, add("TEE"))
        happened.append((of_alice["id"], of_alice["version"]))
        if number < 2:
            of_bob = bob.change_my_cart(of_bob, add("MUG"))
            happened.append((of_bob["id"], of_bob["version"]))
    for done in range(len(happened)):
        with listening(desk.agent, EVENTS, params={"lastEventId": cursors[-1]}) as stream:
            told = [stream.next() for _ in happened[done:]]
        assert [each.name for each in told] == ["change"] * len(told)
        assert sorted((each.data["cartId"], each.data["versionTo"]) for each in told) == sorted(happened[done:])
        times = [each.data["at"] for each in told]
        assert times == sorted(times)
        first = (told[0].data["cartId"], told[0].data["versionTo"])
        assert first == happened[done]
        cursors.append(told[0].id)


def test_what_a_desk_took_on_or_had_ordered_while_nobody_listened_is_told(desk: Desk, alice: Api, project: Project):
    of_alice = desk.serve("alice")
    with listening(desk.agent, EVENTS) as stream:
        cursor = stream.next("desk").id
    of_alice = alice.change_my_cart(of_alice, add("TEE"), ship_to())
    order = ok(submit(project.customer("alice"), of_alice), 201)
    of_bob = desk.serve("bob")
    with listening(desk.agent, EVENTS, since=cursor) as stream:
        told = stream.next("desk")
        assert of_bob["id"] in carts_in(told)
        changes = [stream.next("change").data for _ in range(2)]
        assert [each["cartId"] for each in changes] == [of_alice["id"]] * 2
        assert (changes[1]["cartState"], changes[1]["orderId"]) == ("Ordered", order["id"])
        told = stream.next("desk")
        assert of_alice["id"] not in carts_in(told)
        assert of_bob["id"] in carts_in(told)
        again = told.id
    with listening(desk.agent, EVENTS, since=again) as stream:
        of_bob = desk.agent.change_cart(of_bob, add("MUG"))
        assert stream.next().data["versionTo"] == of_bob["version"]


@pytest.mark.parametrize("since", ["nonsense", "AAAA", "*" * 40, base64.urlsafe_b64encode(b"\xff" * 30).decode()])
def test_a_cursor_that_is_none_begins_with_the_desk(desk: Desk, since: str):
    cart = desk.serve("alice")
    with listening(desk.agent, EVENTS, since=since) as stream:
        assert cart["id"] in carts_in(stream.next())


def test_another_desk_is_told_nothing_of_it(project: Project, desk: Desk, alice: Api):
    of_alice = desk.serve("alice")
    other = Desk(project, "agent7")
    of_bob = other.serve("bob")
    with listening(other.agent, EVENTS) as stream:
        assert of_alice["id"] not in carts_in(stream.next("desk"))
        alice.change_my_cart(of_alice, add("TEE"))
        changed = other.agent.change_cart(of_bob, add("TEE"))
        told = stream.next()
        assert (told.data["cartId"], told.data["versionTo"]) == (of_bob["id"], changed["version"])


def test_only_staff_with_a_desk_listens_and_only_for_as_long(project: Project, desk: Desk):
    for api in (project.customer("alice"), project.guest(), project.admin, project.backend):
        refused(api.get(EVENTS), 403, "insufficient_scope")
    refused(project.nobody.get(EVENTS), 401, "invalid_token")
    desk.serve("alice")
    with listening(desk.agent, EVENTS, token_in="query") as stream:
        stream.next("desk")
        project.sql.execute("UPDATE staff SET roles = '{}' WHERE project = $1", project.key)
        stops_with(stream, "PermissionEnded")


def test_a_cart_that_is_opened_after_an_order_is_on_the_desk(desk: Desk, alice: Api, project: Project):
    cart = desk.serve("alice")
    with listening(desk.agent, EVENTS) as stream:
        stream.next("desk")
        cart = alice.change_my_cart(cart, add("TEE"), ship_to())
        ok(submit(project.customer("alice"), cart), 201)
        opened = open_cart(project.customer("alice"), "siteA")
        assert opened["id"] != cart["id"]
        told = stream.next("desk")
        while opened["id"] not in carts_in(told):
            told = stream.next("desk")
        assert isinstance(stream, Stream)
