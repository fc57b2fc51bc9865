"""Presence: whose hands are on a cart now, as far as those who listen to it may know; over all server processes."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.builders import add, open_cart
from tests.client import Api
from tests.conftest import Project, running_server
from tests.live import listening


@pytest.fixture(scope="module")
def other_server(database_url: str) -> Iterator[httpx.Client]:
    """A second server process on the same database."""
    with (
        running_server("--database-url", database_url, "--log-level", "warning") as running,
        httpx.Client(base_url=running.url, timeout=30) as client,
    ):
        yield client


def served(project: Project, who: str = "alice") -> tuple[Api, Api, dict[str, Any]]:
    """A customer, an agent whose desk serves the customer, and the cart."""
    agent = project.staff("agent7").in_store("siteA")
    body = {"activeCustomerId": "", "selectedCustomerId": project.customer_id(who)}
    cart = agent.write("/desk/customer-cart", body)["cart"]
    return project.customer(who).in_store("siteA"), agent, cart


def test_shopper_and_agent_see_each_other_come_and_go_and_not_themselves(project: Project):
    alice, agent, cart = served(project)
    with listening(alice, f"/me/carts/{cart['id']}/events") as of_alice:
        told = of_alice.next("presence")
        assert (told.data, told.id) == ({"cartId": cart["id"], "hands": []}, None)
        with listening(agent, f"/carts/{cart['id']}/events") as of_agent:
            (shopper,) = of_agent.hands_until(("shopper", "shopper"))
            assert set(shopper) == {"kind", "name", "since"}
            (hand,) = of_alice.hands_until(("agent", "Agent Seven"))
            assert hand["via"]["kind"] == "desk"
            assert set(hand) == {"kind", "name", "since", "via"}
        of_alice.hands_until()


def test_one_person_with_several_streams_is_one_hand(project: Project):
    alice, agent, cart = served(project)
    path = f"/me/carts/{cart['id']}/events"
    with listening(alice, path) as first, listening(alice, path):
        with listening(agent, f"/carts/{cart['id']}/events") as of_agent:
            of_agent.hands_until(("shopper", "shopper"))
        first.hands_until(("agent", "Agent Seven"))
        first.hands_until()


def test_hands_at_another_server_process_are_seen(project: Project, other_server: httpx.Client):
    alice, agent, cart = served(project)
    there = Api(other_server, agent.prefix, agent.token)
    with listening(alice, f"/me/carts/{cart['id']}/events") as of_alice:
        with listening(there, f"/carts/{cart['id']}/events") as of_agent:
            of_agent.hands_until(("shopper", "shopper"))
            of_alice.hands_until(("agent", "Agent Seven"))
            changed = there.change_cart(cart, add("TEE"))
            assert of_alice.next("change").id == str(changed["version"])
            assert of_agent.next("change").id == str(changed["version"])
        of_alice.hands_until()


def test_whoever_was_not_heard_of_lately_is_gone(project: Project):
    alice, _, cart = served(project)
    project.sql.execute(
        "INSERT INTO presences (project, cart_id, listener, kind, staff_id, since, seen_at) "
        "SELECT project, $2, gen_random_uuid(), 'agent', id, now(), now() - age FROM staff, "
        "(VALUES ('csr1', interval '1 second'), ('csr2', interval '16 seconds')) AS ages (who, age) "
        "WHERE project = $1 AND username = who",
        project.key,
        cart["id"],
    )
    with listening(alice, f"/me/carts/{cart['id']}/events") as stream:
        names = [each["name"] for each in stream.next("presence").data["hands"]]
        assert names == [
            project.sql.value("SELECT name FROM staff WHERE project = $1 AND username = 'csr1'", project.key)
        ]


def test_a_program_that_listens_is_no_hand_and_sees_those_that_are(project: Project):
    guest = project.guest().in_store("siteA")
    cart = open_cart(guest, "siteA", add("TEE"))
    with listening(guest, f"/me/carts/{cart['id']}/events") as of_guest:
        assert of_guest.next("presence").data["hands"] == []
        with listening(project.backend, f"/carts/{cart['id']}/events") as of_backend:
            of_backend.hands_until(("shopper", "shopper"))
        changed = guest.change_my_cart(cart, add("MUG"))
        told = of_guest.read()
        assert (told.name, told.id) == ("change", str(changed["version"]))


def test_hands_go_with_their_project(project: Project):
    alice, _, cart = served(project)
    with listening(alice, f"/me/carts/{cart['id']}/events") as stream:
        with listening(project.admin, f"/carts/{cart['id']}/events") as other:
            other.hands_until(("shopper", "shopper"))
        assert stream.next("cart").name == "cart"
        row = project.sql.row("SELECT kind, staff_id, via_id FROM presences WHERE project = $1", project.key)
        assert row == {"kind": "shopper", "staff_id": None, "via_id": None}
