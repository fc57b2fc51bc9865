"""Any earlier version, with prices of then beside those of today; going back to it; taking back what operators did."""

from typing import Any

import pytest

from tests.api.hands import let_go, staff_id, take_over
from tests.api.proposals import agent_with, answer, propose
from tests.api.test_sign_in import guest_with, signed_in
from tests.builders import NO_ID, action, add, amount, change_quantity, money, open_cart, remove, ship_to, skus
from tests.client import Api, in_parallel, ok, refused
from tests.conftest import Project


@pytest.fixture
def alice(project: Project) -> Api:
    return project.customer().in_store("siteA")


@pytest.fixture
def cart(alice: Api) -> Any:
    return open_cart(alice, "siteA", add("TEE", 2), add("MUG", 1))


def line_of(cart: Any, sku: str) -> Any:
    return next(each for each in cart["lineItems"] if each["variant"]["sku"] == sku)


def set_price(project: Project, key: str, cents: int) -> None:
    """Give a product another price everywhere, staged and published."""
    product = project.admin.read(f"/products/key={key}")
    prices = product["masterData"]["current"]["masterVariant"]["prices"]
    usd = [each for each in prices if each["value"]["currencyCode"] == "USD"]
    changes = [
        action("changePrice", priceId=each["id"], price={"value": amount(cents), "channel": each.get("channel")})
        for each in usd
    ]
    project.admin.update("/products", product, *changes, action("publish"))
    project.wait_for_caches()


def test_every_version_that_was_reached_can_be_read_as_it_was(project: Project, alice: Api, cart: Any):
    states = [cart]
    for said in (change_quantity(line_of(cart, "TEE"), 5), ship_to(), remove(line_of(cart, "MUG"))):
        states.append(alice.change_my_cart(states[-1], said))
    for state in states:
        for api, path in ((alice, "/me/carts"), (project.backend.in_store("siteA"), "/carts")):
            found = api.read(f"{path}/{cart['id']}/versions/{state['version']}")
            assert found["version"] == state["version"]
            assert found["at"] == state["lastModifiedAt"]
            assert found["cart"] == state


@pytest.mark.parametrize("version", ["0", "999", "-1", "x", "1.5", "9" * 30])
def test_a_version_that_was_never_reached_is_not_there(project: Project, alice: Api, cart: Any, version: str):
    refused(alice.get(f"/me/carts/{cart['id']}/versions/{version}"), 404, "ResourceNotFound")
    refused(project.backend.get(f"/carts/{cart['id']}/versions/{version}"), 404, "ResourceNotFound")


def test_a_version_within_an_update_was_never_reached(alice: Api, cart: Any):
    after = alice.change_my_cart(cart, add("PEN"), add("PEN"))
    refused(alice.get(f"/me/carts/{cart['id']}/versions/{after['version'] - 1}"), 404, "ResourceNotFound")


def test_prices_of_then_stand_beside_those_of_today(project: Project, alice: Api, cart: Any):
    set_price(project, "TEE", 4000)
    found = alice.read(f"/me/carts/{cart['id']}/versions/{cart['version']}")
    tee = next(each for each in found["prices"]["lines"] if each["sku"] == "TEE")
    was = line_of(cart, "TEE")
    unit = was["totalPrice"]["centAmount"] // 2
    assert unit != 4000
    assert tee == {
        "lineItemId": was["id"],
        "sku": "TEE",
        "quantity": 2,
        "unitThen": money(unit),
        "unitToday": money(4000),
        "totalThen": money(2 * unit),
        "totalToday": money(8000),
    }
    prices = found["prices"]
    assert prices["totalThen"] == cart["totalPrice"]
    assert prices["totalToday"] == money(cart["totalPrice"]["centAmount"] + 2 * (4000 - unit))
    assert found["cart"] == cart


def test_a_version_of_another_owners_time_or_another_shoppers_cart_is_not_there(
    project: Project, alice: Api, cart: Any
):
    path = f"/me/carts/{cart['id']}/versions/{cart['version']}"
    refused(project.customer("bob").get(path), 404, "ResourceNotFound")
    moved = project.backend.change_cart(cart, action("setCustomerId", customerId=project.customer_id("bob")))
    refused(project.customer("bob").get(path), 404, "ResourceNotFound")
    bobs = {"version": moved["version"], "restoreVersion": cart["version"]}
    refused(project.customer("bob").post(f"/me/carts/{cart['id']}/restore", bobs), 400, "InvalidField")
    assert project.backend.read(f"/carts/{cart['id']}/versions/{cart['version']}")["cart"]["customerId"] != ""


def test_a_guests_session_is_in_no_version(project: Project):
    guest = project.guest("guest-in-secret")
    cart = open_cart(guest, "siteA", add("TEE"))
    for api, path in ((guest, "/me/carts"), (project.backend, "/carts")):
        assert "guest-in-secret" not in api.get(f"{path}/{cart['id']}/versions/{cart['version']}").text


def restore(api: Api, cart: Any, version: int, path: str = "/me/carts", **options: Any) -> Any:
    body = {"version": cart["version"], "restoreVersion": version}
    return api.post(f"{path}/{cart['id']}/restore", body, **options)


def test_going_back_is_one_more_version_with_the_contents_of_then(project: Project, alice: Api, cart: Any):
    changed = alice.change_my_cart(cart, change_quantity(line_of(cart, "TEE"), 5), ship_to(), add("PEN", 3))
    changed = alice.change_my_cart(changed, remove(line_of(cart, "MUG")))
    found = ok(restore(alice, changed, cart["version"]), 200)
    back = found["cart"]
    assert found["restoredVersion"] == cart["version"]
    assert found["notRestored"] == []
    assert back["version"] == changed["version"] + 1
    assert skus(back) == [("TEE", 2), ("MUG", 1)]
    assert [each["id"] for each in back["lineItems"]] == [each["id"] for each in cart["lineItems"]]
    assert "shippingAddress" not in back
    assert back["totalPrice"] == cart["totalPrice"]
    assert alice.read(f"/me/carts/{cart['id']}") == back
    entry = alice.read(f"/me/carts/{cart['id']}/history")["results"][0]
    assert (entry["kind"], entry["versionTo"]) == ("CartRestored", back["version"])
    again = ok(restore(alice, back, changed["version"]), 200)["cart"]
    assert skus(again) == skus(changed)
    assert again["shippingAddress"] == changed["shippingAddress"]
    assert project.broken_invariants() == []


def test_what_comes_back_has_the_price_of_today(project: Project, alice: Api, cart: Any):
    emptied = alice.change_my_cart(cart, remove(line_of(cart, "TEE")))
    set_price(project, "TEE", 4000)
    back = ok(restore(alice, emptied, cart["version"]), 200)["cart"]
    assert line_of(back, "TEE")["totalPrice"] == money(8000)


def test_what_cannot_come_back_is_told_with_a_reason(project: Project, alice: Api, cart: Any):
    emptied = alice.change_my_cart(cart, remove(line_of(cart, "TEE")))
    product = project.admin.read("/products/key=TEE")
    project.admin.update("/products", product, action("unpublish"))
    project.wait_for_caches()
    found = ok(restore(alice, emptied, cart["version"]), 200)
    tee = line_of(cart, "TEE")
    assert found["notRestored"] == [
        {
            "path": f"lineItems/{tee['id']}",
            "reason": "ProductNotAvailable",
            "lineItemId": tee["id"],
            "sku": "TEE",
            "quantity": 2,
            "quantityAfter": 0,
        }
    ]
    assert skus(found["cart"]) == [("MUG", 1)]
    assert found["cart"] == emptied


def test_going_back_to_what_there_is_changes_nothing(project: Project, alice: Api, cart: Any):
    before = project.cart_row(cart["id"])
    assert ok(restore(alice, cart, cart["version"]), 200)["cart"] == cart
    assert project.cart_row(cart["id"]) == before


def test_going_back_holds_against_one_version_and_to_one_that_there_was(project: Project, alice: Api, cart: Any):
    before = project.cart_row(cart["id"])
    stale = {**cart, "version": cart["version"] - 1}
    refused(restore(alice, stale, 1), 409, "ConcurrentModification", currentVersion=cart["version"])
    refused(restore(alice, cart, cart["version"] + 1), 400, "InvalidField", field="restoreVersion")
    refused(alice.post(f"/me/carts/{cart['id']}/restore", {"version": 1}), 400, "RequiredField")
    refused(restore(project.customer("bob"), cart, 1), 404, "ResourceNotFound")
    refused(restore(alice, {**cart, "id": NO_ID}, 1), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"]) == before


def test_an_ordered_cart_does_not_go_back(project: Project, alice: Api, cart: Any):
    cart = alice.change_my_cart(cart, ship_to())
    ok(alice.post("/me/orders", {"id": cart["id"], "version": cart["version"]}), 201)
    now = alice.read(f"/me/carts/{cart['id']}")
    refused(restore(alice, now, 1), 400, "InvalidOperation", "CartAlreadySubmitted")
    undo = {"since": cart["createdAt"], "version": now["version"]}
    refused(alice.post(f"/me/carts/{cart['id']}/undo-since", undo), 400, "InvalidOperation", "CartAlreadySubmitted")
    assert alice.read(f"/me/carts/{cart['id']}") == now
    assert alice.read(f"/me/carts/{cart['id']}/versions/{cart['version']}")["cart"] == cart


def test_a_repeated_idempotency_key_goes_back_once(project: Project, alice: Api, cart: Any):
    changed = alice.change_my_cart(cart, add("PEN"))
    headers = {"Idempotency-Key": "back"}
    first = ok(restore(alice, changed, cart["version"], headers=headers), 200)
    assert ok(restore(alice, changed, cart["version"], headers=headers), 200) == first
    assert alice.read(f"/me/carts/{cart['id']}") == first["cart"]


def test_an_agents_price_does_not_come_back_at_the_shoppers_word(project: Project, alice: Api, cart: Any):
    tee = line_of(cart, "TEE")
    cheap = project.backend.change_cart(
        cart,
        action("setLineItemPrice", lineItemId=tee["id"], externalPrice=amount(1)),
        action("addCustomLineItem", name={"en": "Fee"}, slug="fee", money=amount(500)),
    )
    plain = project.backend.change_cart(cheap, action("setLineItemPrice", lineItemId=tee["id"]))
    fee = plain["customLineItems"][0]
    found = ok(restore(alice, plain, cheap["version"]), 200)
    assert line_of(found["cart"], "TEE")["priceMode"] == "Platform"
    assert found["notRestored"] == [{"path": f"lineItems/{tee['id']}/price", "reason": "NotAllowed"}]
    found = ok(restore(alice, found["cart"], cart["version"]), 200)
    assert [each["id"] for each in found["cart"]["customLineItems"]] == [fee["id"]]
    assert [each["path"] for each in found["notRestored"]] == [f"customLineItems/{fee['id']}"]
    found = ok(restore(project.backend, found["cart"], cheap["version"], "/carts"), 200)
    assert line_of(found["cart"], "TEE")["totalPrice"] == money(2)
    assert found["notRestored"] == []


def undo(api: Api, cart: Any, since: str, path: str = "/me/carts", **extra: Any) -> Any:
    return api.post(f"{path}/{cart['id']}/undo-since", {"since": since, "version": cart["version"], **extra})


def test_a_shopper_takes_back_everything_that_the_agent_did(project: Project, alice: Api, cart: Any):
    agent, _, cart = take_over(project)
    mug = line_of(cart, "MUG")
    now = agent.change_cart(cart, add("PEN", 2), remove(mug))
    since = now["lastModifiedAt"]
    now = alice.change_my_cart(now, change_quantity(line_of(now, "TEE"), 4))
    now = agent.change_cart(now, ship_to())
    found = ok(undo(alice, now, since), 200)
    assert found["since"] == since
    assert found["kept"] == []
    assert skus(found["cart"]) == [("TEE", 4), ("MUG", 1)]
    assert "shippingAddress" not in found["cart"]
    assert found["cart"]["version"] == now["version"] + 1
    entry = alice.read(f"/me/carts/{cart['id']}/history")["results"][0]
    assert entry["kind"] == "CartUndone"
    twice = ok(undo(alice, found["cart"], since), 200)
    assert twice["cart"] == found["cart"]
    assert project.broken_invariants() == []


def test_what_the_shopper_has_changed_since_is_kept_and_told(project: Project, alice: Api, cart: Any):
    agent, _, cart = take_over(project)
    now = agent.change_cart(cart, add("PEN", 2))
    since, pen = now["lastModifiedAt"], line_of(now, "PEN")
    now = alice.change_my_cart(now, change_quantity(pen, 5))
    found = ok(undo(alice, now, since), 200)
    assert skus(found["cart"]) == [("TEE", 2), ("MUG", 1), ("PEN", 3)]
    assert found["kept"] == [
        {
            "path": f"lineItems/{pen['id']}/quantity",
            "reason": "ChangedSince",
            "theirs": 3,
            "wouldBe": 0,
            "lineItemId": pen["id"],
            "sku": "PEN",
        }
    ]


def test_what_the_shopper_has_accepted_of_a_proposal_stays(project: Project, alice: Api, cart: Any):
    agent = agent_with(project)
    now = agent.change_cart(cart, add("PEN"))
    proposal = propose(agent, now, add("TEE", 3))
    accepted = ok(answer(alice, proposal, "acceptAll"), 200)["cart"]
    assert skus(accepted) == [("TEE", 5), ("MUG", 1), ("PEN", 1)]
    found = ok(undo(alice, accepted, now["lastModifiedAt"]), 200)
    assert (skus(found["cart"]), found["kept"]) == ([("TEE", 5), ("MUG", 1)], [])
    assert project.broken_invariants() == []


def test_whose_changes_to_take_back_is_said_by_id(project: Project, alice: Api, cart: Any):
    before = project.cart_row(cart["id"])
    refused(undo(alice, cart, cart["createdAt"], operatorId="agent7"), 400, "InvalidField", field="operatorId")
    assert project.cart_row(cart["id"]) == before


def test_a_supervisor_takes_back_what_one_agent_did_without_a_hand_on_the_cart(project: Project, alice: Api, cart: Any):
    agent, takeover, cart = take_over(project)
    now = agent.change_cart(cart, add("PEN", 2))
    since = now["lastModifiedAt"]
    supervisor = project.staff("sup1")
    refused(undo(supervisor, now, since, "/carts"), 400, "InvalidOperation", "TakeoverHeld")
    refused(undo(agent, now, since, "/carts"), 403, "insufficient_scope")
    let_go(project, takeover)
    now = alice.read(f"/me/carts/{cart['id']}")
    other = ok(undo(supervisor, now, since, "/carts", operatorId=staff_id(project, "agent7")), 200)
    assert other["cart"]["version"] == now["version"]
    found = ok(undo(supervisor, now, since, "/carts", operatorId=staff_id(project, "csr1")), 200)
    assert skus(found["cart"]) == [("TEE", 2), ("MUG", 1)]
    entry = project.backend.read(f"/carts/{cart['id']}/history")["results"][0]
    assert entry["operator"]["id"] == staff_id(project, "sup1")
    assert entry["onBehalfOf"] == project.customer_id("alice")
    assert ok(undo(supervisor, found["cart"], since, "/carts"), 200)["cart"] == found["cart"]


def test_nobody_but_its_guest_and_a_backend_takes_things_back_on_a_guests_cart(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    before = project.cart_row(cart["id"])
    refused(undo(project.staff("sup1"), cart, cart["createdAt"], "/carts"), 404, "ResourceNotFound")
    refused(restore(project.staff("sup1"), cart, 1, "/carts"), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"]) == before
    assert ok(undo(guest, cart, cart["createdAt"]), 200)["cart"]["version"] == cart["version"]


def test_of_going_back_and_shopping_on_at_once_one_is_told_that_it_was_too_late(
    project: Project, alice: Api, cart: Any
):
    changed = alice.change_my_cart(cart, add("PEN"))
    body = {"version": changed["version"], "actions": [add("MUG")]}
    back, on = in_parallel(
        [
            lambda: restore(alice, changed, cart["version"]),
            lambda: alice.post(f"/me/carts/{cart['id']}", body),
        ]
    )
    assert sorted((back.status_code, on.status_code)) == [200, 409]
    now = alice.read(f"/me/carts/{cart['id']}")
    assert now["version"] == changed["version"] + 1
    assert skus(now) == (skus(cart) if back.is_success else [("TEE", 2), ("MUG", 2), ("PEN", 1)])
    assert project.broken_invariants() == []


def test_a_merge_is_not_taken_back_over_a_cart_that_was_put_back(project: Project, alice: Api, cart: Any):
    _, session, _ = guest_with(project, add("PEN"))
    merged = signed_in(project, anonymousId=session)["cart"]
    back = ok(restore(alice, merged, cart["version"]), 200)["cart"]
    undoing = alice.post(f"/me/merges/{merged['mergeReceipt']}/undo", {})
    refused(undoing, 400, "InvalidOperation", "MergeMeanwhilePutBack")
    assert alice.read(f"/me/carts/{cart['id']}") == back


def test_an_undo_holds_against_one_version_and_names_an_instant(project: Project, alice: Api, cart: Any):
    before = project.cart_row(cart["id"])
    stale = {**cart, "version": cart["version"] - 1}
    refused(undo(alice, stale, cart["createdAt"]), 409, "ConcurrentModification", currentVersion=cart["version"])
    refused(undo(alice, cart, "10:42"), 400, "InvalidField", field="since")
    assert project.cart_row(cart["id"]) == before
