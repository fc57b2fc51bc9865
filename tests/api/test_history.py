"""History for people: who changed this line, for whom, under which hand, from which value to which."""

from typing import Any

import pytest

from tests.api.hands import let_go, staff_id, take_over
from tests.builders import NO_ID, action, add, change_quantity, open_cart, ship_to
from tests.client import Api, ok, refused
from tests.conftest import Project


@pytest.fixture
def alice(project: Project) -> Api:
    return project.customer()


@pytest.fixture
def cart(alice: Api) -> Any:
    return open_cart(alice, "siteA", add("TEE", 2), add("MUG", 1))


def line_of(cart: Any, sku: str) -> Any:
    return next(each for each in cart["lineItems"] if each["variant"]["sku"] == sku)


def entries(api: Api, cart: Any, path: str = "/carts", **wanted: Any) -> list[Any]:
    page = api.read(f"{path}/{cart['id']}/history", params=wanted)
    assert page["total"] == len(page["results"]) == page["count"]
    return page["results"]


def test_one_question_answers_who_changed_this_line_for_whom_under_what_and_from_which_value(
    project: Project, alice: Api, cart: Any
):
    agent, takeover, cart = take_over(project)
    tee = line_of(cart, "TEE")
    changed = agent.change_cart(cart, change_quantity(tee, 5))
    agent.change_cart(changed, change_quantity(line_of(cart, "MUG"), 4))
    told = entries(project.backend, cart, lineItemId=tee["id"], operatorId=staff_id(project, "csr1"))
    assert len(told) == 1
    entry = told[0]
    assert entry["operator"] == {"id": staff_id(project, "csr1"), "name": "Robin Reyes"}
    assert entry["onBehalfOf"] == project.customer_id("alice")
    assert entry["via"] == {"kind": "takeover", "id": takeover}
    quantity = [each for each in entry["changes"] if each["path"] == f"lineItems/{tee['id']}/quantity"]
    assert quantity == [{"path": f"lineItems/{tee['id']}/quantity", "before": 2, "after": 5}]
    assert all(each["path"].startswith(f"lineItems/{tee['id']}") for each in entry["changes"])


def test_the_history_can_be_asked_by_time_and_by_hand(project: Project, alice: Api, cart: Any):
    agent, takeover, cart = take_over(project)
    changed = agent.change_cart(cart, add("PEN"))
    latest = alice.in_store("siteA").change_my_cart(changed, add("PEN"))
    everything = entries(project.backend, cart)
    assert [each["versionTo"] for each in everything][:2] == [latest["version"], changed["version"]]
    by_agent, opened = everything[1:3]
    assert opened["kind"] == "TakeoverOpened"
    assert entries(project.backend, cart, via="takeover") == [by_agent, opened]
    assert entries(project.backend, cart, via=f"takeover:{takeover}") == [by_agent, opened]
    assert entries(project.backend, cart, via=f"takeover:{NO_ID}") == []
    assert entries(project.backend, cart, via="desk") == []
    assert entries(project.backend, cart, operatorId=NO_ID) == []
    at = by_agent["at"]
    assert by_agent in entries(project.backend, cart, since=at)
    assert all(each["at"] >= at for each in entries(project.backend, cart, since=at))
    assert all(each["at"] < at for each in entries(project.backend, cart, until=at))
    for wrong in ({"since": "noon"}, {"operatorId": "agent7"}):
        refused(project.backend.get(f"/carts/{cart['id']}/history", params=wrong), 400, "InvalidField")


def test_a_shopper_reads_who_it_was_by_name_and_no_ids_of_staff(project: Project, alice: Api, cart: Any):
    agent, takeover, cart = take_over(project)
    agent.change_cart(cart, change_quantity(line_of(cart, "TEE"), 5))
    response = alice.get(f"/me/carts/{cart['id']}/history")
    entry = ok(response, 200)["results"][0]
    assert entry["operator"] == {"name": "Robin Reyes"}
    assert entry["via"] == {"kind": "takeover", "id": takeover}
    assert "operator" not in entry["actor"]
    assert staff_id(project, "csr1") not in response.text


def test_a_member_of_staff_who_is_gone_is_an_operator_still(project: Project, alice: Api, cart: Any):
    agent, _, cart = take_over(project)
    agent.change_cart(cart, add("PEN"))
    gone = staff_id(project, "csr1")
    project.sql.execute("DELETE FROM staff WHERE project = $1 AND username = 'csr1'", project.key)
    assert entries(project.backend, cart)[0]["operator"] == {"id": gone}
    assert entries(alice, cart, "/me/carts")[0]["operator"] == {}


def test_a_guests_session_is_in_nobodys_history(project: Project):
    guest = project.guest("guest-in-secret")
    cart = open_cart(guest, "siteA", add("TEE"))
    for api, path in ((guest, "/me/carts"), (project.backend, "/carts")):
        assert "guest-in-secret" not in api.get(f"{path}/{cart['id']}/history").text


def test_what_a_cart_was_in_other_hands_is_not_its_new_owners_to_read(project: Project, alice: Api, cart: Any):
    moved = alice.in_store("siteA").change_my_cart(cart, ship_to())
    moved = project.backend.change_cart(moved, action("setCustomerId", customerId=project.customer_id("bob")))
    bob = project.customer("bob")
    after = bob.in_store("siteA").change_my_cart(moved, add("PEN"))
    response = bob.get(f"/me/carts/{cart['id']}/history")
    page = ok(response, 200)
    assert [each["versionTo"] for each in page["results"]] == [after["version"]]
    assert page["total"] == 1
    assert project.customer_id("alice") not in response.text
    assert "Main Street" not in response.text
    assert len(entries(project.backend, cart)) > 2


def test_whoever_may_take_things_back_reads_every_customers_history_and_no_guests(
    project: Project, alice: Api, cart: Any
):
    supervisor, agent = project.staff("sup1"), project.staff("csr1")
    assert entries(supervisor, cart)
    refused(agent.get(f"/carts/{cart['id']}/history"), 404, "ResourceNotFound")
    guests = open_cart(project.guest(), "siteA", add("TEE"))
    refused(supervisor.get(f"/carts/{guests['id']}/history"), 404, "ResourceNotFound")


def test_staff_without_that_right_reads_the_history_of_what_it_has_a_hand_on(project: Project, cart: Any):
    agent, takeover, cart = take_over(project)
    assert entries(agent, cart)
    let_go(project, takeover)
    refused(agent.get(f"/carts/{cart['id']}/history"), 404, "ResourceNotFound")


@pytest.mark.parametrize("cart_id", ["nothing", NO_ID])
def test_a_cart_that_is_not_there_has_no_history(project: Project, alice: Api, cart_id: str):
    refused(project.backend.get(f"/carts/{cart_id}/history"), 404, "ResourceNotFound")
    refused(alice.get(f"/me/carts/{cart_id}/history"), 404, "ResourceNotFound")
