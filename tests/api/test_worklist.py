"""The worklist: what staff has begun and not finished, with owner and due time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.assisted import Agent, run_out, shopper_with
from tests.api.desk import Desk
from tests.api.proposals import propose
from tests.builders import add, money, ship_to, submit
from tests.client import Api, ok, refused
from tests.conftest import Project


def worklist(staff: Api, **query: str) -> list[Any]:
    page = staff.read("/desk/worklist", params=query)
    assert page["count"] == page["total"] == len(page["results"])
    return page["results"]


@pytest.fixture
def desk(project: Project) -> Desk:
    return Desk(project)


def test_a_cart_that_was_left_with_something_in_it_is_work(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2))
    assert worklist(desk.agent) == []
    desk.select("bob")
    desk.select("carol")
    (item,) = worklist(desk.agent)
    assert (item["kind"], item["cartId"], item["lines"], item["total"]) == ("CartLeft", cart["id"], 1, money(5000))
    assert item["customer"]["id"] == project.customer_id("alice")
    assert item["operator"]["name"] == "Agent Seven"
    assert item["isOverdue"] is False
    assert item["dueAt"] > item["since"]


def test_a_cart_that_is_served_again_or_ordered_is_no_work_any_more(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE", 2), ship_to())
    desk.select("bob")
    assert len(worklist(desk.agent)) == 1
    desk.select("alice")
    assert worklist(desk.agent) == []
    desk.select("bob")
    alice = project.customer("alice")
    ok(submit(alice, alice.read(f"/me/carts/{cart['id']}")), 201)
    assert worklist(desk.agent) == []


def test_the_cart_of_a_desk_that_nobody_uses_any_more_is_work(project: Project, desk: Desk) -> None:
    desk.add(desk.select("alice")["cart"], add("TEE", 2))
    yesterday = datetime.now(UTC) - timedelta(days=2)
    project.sql.execute("UPDATE desks SET modified_at = $2 WHERE project = $1", project.key, yesterday)
    (item,) = worklist(project.staff("agent7"))
    assert item["isOverdue"] is True


def test_a_walk_ins_cart_names_no_session(project: Project, desk: Desk) -> None:
    walk_in = desk.select("")
    desk.add(walk_in["cart"], add("TEE"))
    desk.select("bob")
    (item,) = worklist(desk.agent)
    assert "customer" not in item
    assert walk_in["cartCustomerId"] not in str(item)


def test_a_draft_of_an_order_and_a_lapsed_lease_are_work(project: Project) -> None:
    csr = project.staff("csr1")
    order = csr.create("/offline-orders", {"customerId": project.customer_id("wade"), "site": "siteA"})
    (item,) = worklist(csr)
    assert (item["kind"], item["orderId"]) == ("OrderPending", order["id"])
    taken = csr.create(f"/offline-orders/{order['id']}/takeover", {"reason": "wade is on the phone"})["takeover"]
    assert worklist(csr) == []
    ago = datetime.now(UTC) - timedelta(minutes=1)
    project.sql.execute("UPDATE takeovers SET lease_until = $2 WHERE project = $1", project.key, ago)
    (item,) = worklist(csr)
    assert (item["kind"], item["takeoverId"], item["isOverdue"]) == ("LeaseLapsed", taken["id"], True)
    assert item["customer"]["name"].startswith("Wade")


def test_a_draft_whose_cart_was_handed_back_after_a_lapse_is_work_still(project: Project) -> None:
    robin = Agent(project)
    robin.help("wade")
    run_out(project, robin.takeover)
    again = robin.take_over()["takeover"]
    assert worklist(robin.api) == []
    ok(robin.api.delete(f"/takeovers/{again['id']}", params={"version": again["version"]}), 200)
    (item,) = worklist(robin.api)
    assert (item["kind"], item["orderId"]) == ("OrderPending", robin.order["id"])
    assert "takeoverId" not in item


def test_an_order_that_waits_for_its_shopper_after_a_lapse_is_work_still(project: Project) -> None:
    shopper_with(project, add("TEE"))
    robin = Agent(project)
    robin.help("wade")
    run_out(project, robin.takeover)
    robin.take_over()
    order = robin.add_items()
    (item,) = worklist(robin.api)
    assert (item["kind"], item["orderId"], item["cartId"]) == ("OrderPending", order["id"], order["originalCartId"])


def test_a_proposal_is_work_until_nobody_can_answer_it(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE"), ship_to())
    made = propose(desk.there, cart, add("PEN"))
    (item,) = worklist(desk.agent)
    assert (item["kind"], item["proposalId"], item["dueAt"]) == ("ProposalUnanswered", made["id"], made["expiresAt"])
    for ago, is_work in ((1, True), (8, False)):
        end = datetime.now(UTC) - timedelta(days=ago)
        project.sql.execute("UPDATE proposals SET expires_at = $2 WHERE project = $1", project.key, end)
        assert [each["isOverdue"] for each in worklist(desk.agent)] == [True] * is_work


def test_a_proposal_for_a_cart_that_was_ordered_is_no_work(project: Project, desk: Desk) -> None:
    cart = desk.add(desk.select("alice")["cart"], add("TEE"), ship_to())
    propose(desk.there, cart, add("PEN"))
    alice = project.customer("alice")
    ok(submit(alice, alice.read(f"/me/carts/{cart['id']}")), 201)
    assert worklist(desk.agent) == []


def test_others_work_is_for_those_who_answer_for_them(project: Project, desk: Desk) -> None:
    desk.add(desk.select("alice")["cart"], add("TEE", 2))
    desk.select("bob")
    assert worklist(project.staff("sup1")) == []
    (item,) = worklist(project.staff("sup1"), all="true")
    assert item["operator"]["name"] == "Agent Seven"
    error = refused(project.staff("csr1").get("/desk/worklist?all=true"), 403, "insufficient_scope")
    assert "takeover:force or admin:staff" in error["message"]
    refused(project.staff("sup1").get("/desk/worklist?all=1"), 400, "InvalidField", field="all")
