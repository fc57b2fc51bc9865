"""Merges shown beforehand, accounted for afterwards, taken back, and chosen by the customer."""

from typing import Any

import pytest

from tests.api.test_sign_in import by_cart, guest_with, login, signed_in
from tests.builders import NO_ID, action, add, change_quantity, money, open_cart, order, ship_to, skus
from tests.client import in_parallel, ok, refused
from tests.conftest import Project


def planned(project: Project, **draft: Any) -> Any:
    body = {"customerId": project.customer_id("alice"), **draft}
    return project.backend.in_store("siteA").write("/carts/merge-plan", body)


def units_of(receipt: Any) -> list[tuple[str, int, str, int]]:
    return [(each["sku"], each["quantity"], each["outcome"], each["quantityAfter"]) for each in receipt["units"]]


def resolve(project: Project, strategy: str, *carts: Any, **more: Any) -> Any:
    body = {"strategy": strategy, "cartIds": [each["id"] for each in carts], **more}
    return project.backend.in_store("siteA").post("/carts/resolve", body)


def two_carts(project: Project) -> tuple[Any, Any]:
    """The customer's older cart, and one that was a guest's and is the customer's by ``setCustomerId`` (S1-7)."""
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, _, guests = guest_with(project, add("TEE", 2))
    alice = project.customer_id("alice")
    guests = project.backend.in_store("siteA").change_cart(guests, action("setCustomerId", customerId=alice))
    return mine, guests


def test_a_plan_tells_line_by_line_what_a_sign_in_would_do_and_changes_nothing(project: Project):
    mine = open_cart(project.customer(), "siteA", add("TEE", 3), add("MUG"))
    _, session, guests = guest_with(project, add("TEE", 5), add("PEN"))
    before = project.counts(), project.cart_row(mine["id"]), project.cart_row(guests["id"])
    plan = planned(project, anonymousId=session)
    told = [
        (each["sku"], each["siteId"], each["from"], each["quantityBefore"], each["quantityAfter"], each["outcome"])
        for each in plan["lines"]
    ]
    assert told == [
        ("TEE", "siteA", "both", 3, 5, "max"),
        ("MUG", "siteA", "customer", 1, 1, "kept"),
        ("PEN", "siteA", "guest", 0, 1, "moved"),
    ]
    assert (plan["targetCartId"], plan["totalBefore"], plan["totalAfter"]) == (mine["id"], money(8300), money(13500))
    assert (project.counts(), project.cart_row(mine["id"]), project.cart_row(guests["id"])) == before
    cart = signed_in(project, anonymousId=session, planHash=plan["planHash"])["cart"]
    assert cart["totalPrice"] == plan["totalAfter"]


def test_s1_4_a_plan_without_an_own_cart_says_that_all_lines_are_the_guests(project: Project):
    _, session, guests = guest_with(project, add("TEE", 5))
    plan = planned(project, anonymousId=session)
    (line,) = plan["lines"]
    assert (line["from"], line["quantityBefore"], line["quantityAfter"], line["outcome"]) == ("guest", 0, 5, "kept")
    assert (plan["targetCartId"], plan["totalBefore"]) == (guests["id"], plan["totalAfter"])


def test_a_stale_plan_is_refused_with_the_new_one_and_nothing_happens(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, guests = guest_with(project, add("TEE"))
    plan = planned(project, anonymousId=session)
    guest.in_store("siteA").change_my_cart(guests, add("TEE"))
    before = project.cart_row(mine["id"]), project.cart_row(guests["id"])
    response = login(project, anonymousId=session, planHash=plan["planHash"])
    error = refused(response, 409, "ConcurrentModification", "MergePlanStale")
    assert "currentVersion" not in error
    assert (project.cart_row(mine["id"]), project.cart_row(guests["id"])) == before
    result = signed_in(project, anonymousId=session, planHash=error["plan"]["planHash"])
    assert skus(result["cart"]) == [("MUG", 1), ("TEE", 2)]


def test_a_plan_whose_guest_cart_is_gone_is_stale_and_a_repeated_sign_in_is_not(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, guests = guest_with(project, add("TEE"))
    named = planned(project, anonymousId=session)["planHash"]
    guest.delete(f"/me/carts/{guests['id']}", params={"version": guests["version"]})
    before = project.cart_row(mine["id"])
    response = login(project, anonymousId=session, planHash=named)
    error = refused(response, 409, "ConcurrentModification", "MergePlanStale")
    assert error["plan"]["lines"] == []
    assert project.cart_row(mine["id"]) == before
    assert signed_in(project, anonymousId=session, planHash=error["plan"]["planHash"])["cart"]["id"] == mine["id"]
    _, session, _ = guest_with(project, add("TEE"))
    named = planned(project, anonymousId=session)["planHash"]
    for _ in range(2):
        cart = signed_in(project, anonymousId=session, planHash=named)["cart"]
        assert skus(cart) == [("MUG", 1), ("TEE", 1)]


def test_a_plan_for_two_different_customers_is_refused(project: Project):
    body = {"customerId": project.customer_id("alice"), "email": "bob@example.com", "anonymousId": "x"}
    refused(project.backend.post("/carts/merge-plan", body), 400, "InvalidInput")
    assert planned(project, email="Alice@Example.com", anonymousId="x")["lines"] == []


def test_a_plan_needs_a_customer_and_a_guest(project: Project):
    backend = project.backend
    alice = project.customer_id("alice")
    refused(backend.post("/carts/merge-plan", {"anonymousId": "x"}), 400, "RequiredField", field="customerId")
    refused(backend.post("/carts/merge-plan", {"customerId": alice}), 400, "RequiredField", field="anonymousCart")
    unknown = {"email": "nobody@example.com", "anonymousId": "x"}
    refused(backend.post("/carts/merge-plan", unknown), 400, "ReferencedResourceNotFound")
    body = {"customerId": alice, "anonymousId": "x"}
    refused(project.customer().post("/carts/merge-plan", body), 403, "insufficient_scope")


def test_a_receipt_accounts_for_every_unit_and_is_named_by_the_sign_in(project: Project):
    mine = open_cart(project.customer(), "siteA", add("TEE", 3), add("MUG"))
    _, session, guests = guest_with(project, add("TEE", 5), add("PEN"))
    result = signed_in(project, anonymousId=session)
    assert result["mergeReceipts"] == [result["cart"]["mergeReceipt"]]
    receipt = project.backend.read(f"/merges/{result['mergeReceipts'][0]}")
    assert (receipt["sources"], receipt["target"], receipt["policy"]) == ([guests["id"]], mine["id"], "max")
    assert (receipt["state"], receipt["version"]) == ("Applied", 1)
    assert units_of(receipt) == [
        ("TEE", 3, "kept", 3),
        ("MUG", 1, "kept", 1),
        ("TEE", 5, "max", 5),
        ("PEN", 1, "moved", 1),
    ]
    assert project.customer().read(f"/me/merges/{receipt['id']}") == receipt
    refused(project.customer("bob").get(f"/me/merges/{receipt['id']}"), 404, "ResourceNotFound")
    for name in ("agent7", "csr1"):
        assert project.staff(name).read(f"/merges/{receipt['id']}") == receipt
    refused(project.staff("agent7").post(f"/merges/{receipt['id']}/undo", {}), 403, "insufficient_scope")
    refused(project.backend.get(f"/merges/{NO_ID}"), 404, "ResourceNotFound")


def test_t_37_a_sum_is_capped_at_the_limit_and_at_the_stock_and_says_so(project: Project):
    open_cart(project.customer(), "siteA", add("MUG", 600_000), add("TEE", 60))
    _, session, _ = guest_with(project, add("MUG", 500_000), add("TEE", 70))
    cart = signed_in(project, anonymousId=session, quantityPolicy="sum")["cart"]
    assert skus(cart) == [("MUG", 600_000), ("TEE", 100)]
    units = project.backend.read(f"/merges/{cart['mergeReceipt']}")["units"]
    assert [(each["sku"], each["outcome"], each.get("reason")) for each in units[2:]] == [
        ("MUG", "capped", "Stock"),
        ("TEE", "capped", "Stock"),
    ]


def test_a_frozen_or_locked_guest_cart_stays_whole_and_the_sign_in_succeeds(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    for name, reason in (("freezeCart", "CartFrozen"), ("lockCart", "CartLocked")):
        _, session, cart = guest_with(project, add("TEE"))
        project.admin.change_cart(cart, action(name))
        result = signed_in(project, anonymousId=session)
        assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1)])
        left = project.backend.read(f"/carts/{cart['id']}")
        assert (left["customerId"], skus(left)) == (project.customer_id("alice"), [("TEE", 1)])
        units = project.backend.read(f"/merges/{result['mergeReceipts'][0]}")["units"]
        assert [(each["outcome"], each["reason"]) for each in units] == [("left", reason)]


def test_b_c9_a_guest_cart_with_an_inactive_shipping_method_is_not_merged(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    method = project.admin.read("/shipping-methods")["results"][0]
    _, session, cart = guest_with(
        project, add("TEE"), ship_to(),
        action("setShippingMethod", shippingMethod={"typeId": "shipping-method", "id": method["id"]}),
    )  # fmt: skip
    project.admin.update("/shipping-methods", method, action("changeActive", active=False))
    project.wait_for_caches()
    result = signed_in(project, anonymousId=session)
    assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1)])
    assert [each["id"] for each in result["parkedCarts"]] == [cart["id"]]
    assert skus(project.backend.read(f"/carts/{cart['id']}")) == [("TEE", 1)]


def test_an_undo_gives_both_carts_back_and_keeps_what_was_done_since(project: Project):
    mine = open_cart(project.customer(), "siteA", add("TEE", 3), add("MUG"))
    _, session, guests = guest_with(project, add("TEE", 5), add("PEN"))
    cart = signed_in(project, anonymousId=session)["cart"]
    alice = project.customer().in_store("siteA")
    mug = next(each for each in cart["lineItems"] if each["variant"]["sku"] == "MUG")
    cart = alice.change_my_cart(cart, add("SHIRT"), change_quantity(mug, 4))
    receipt = alice.read(f"/me/merges/{cart['mergeReceipt']}")
    undone = alice.write(f"/me/merges/{receipt['id']}/undo", {"version": receipt["version"]})
    assert (undone["state"], undone["version"]) == ("Undone", 2)
    now = alice.read("/me/current-cart")
    assert (now["id"], skus(now)) == (mine["id"], [("TEE", 3), ("MUG", 4), ("SHIRT", 1)])
    assert now["totalPrice"] == money(7500 + 3200 + 3000)
    shirt = {each["id"] for each in cart["lineItems"] if each["variant"]["sku"] == "SHIRT"}
    assert shirt == {each["id"] for each in now["lineItems"] if each["variant"]["sku"] == "SHIRT"}
    back = project.backend.read(f"/carts/{guests['id']}")
    assert (back["cartState"], skus(back)) == ("Active", [("TEE", 5), ("PEN", 1)])
    assert back["customerId"] == project.customer_id("alice")
    assert [each["id"] for each in back["lineItems"]] == [each["id"] for each in guests["lineItems"]]
    assert alice.write(f"/me/merges/{receipt['id']}/undo", {"version": 1}) == undone
    assert project.broken_invariants() == []


def test_an_undo_after_the_order_or_the_window_or_a_later_merge_is_refused(project: Project):
    alice = project.customer().in_store("siteA")
    open_cart(project.customer(), "siteA", add("MUG"))
    _, first, _ = guest_with(project, add("TEE"))
    one = signed_in(project, anonymousId=first)["mergeReceipts"][0]
    _, second, _ = guest_with(project, add("PEN"))
    two = signed_in(project, anonymousId=second)["mergeReceipts"][0]
    before = project.counts()
    refused(alice.post(f"/me/merges/{one}/undo", {}), 400, "InvalidOperation", "MergeNotLatest")
    refused(alice.post(f"/me/merges/{two}/undo", {"version": 7}), 409, "ConcurrentModification", currentVersion=1)
    refused(project.customer("bob").post(f"/me/merges/{two}/undo", {}), 404, "ResourceNotFound")
    order(project.customer(), ship_to())
    refused(alice.post(f"/me/merges/{two}/undo", {}), 400, "InvalidOperation", "MergeMeanwhileOrdered")
    assert project.counts()["carts"] == before["carts"]


def test_s1_9_merge_line_items_moves_every_line_and_the_emptied_cart_is_gone(project: Project):
    mine, guests = two_carts(project)
    result = ok(resolve(project, "MergeLineItems", mine, guests), 200)
    assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1), ("TEE", 2)])
    refused(project.backend.get(f"/carts/{guests['id']}"), 404, "ResourceNotFound")
    where = {"where": f'customerId="{project.customer_id("alice")}"'}
    assert [each["id"] for each in project.backend.read("/carts", params=where)["results"]] == [mine["id"]]
    project.backend.write(f"/merges/{result['mergeId']}/undo", {})
    assert skus(project.backend.read(f"/carts/{guests['id']}")) == [("TEE", 2)]
    assert skus(project.backend.read(f"/carts/{mine['id']}")) == [("MUG", 1)]
    assert project.broken_invariants() == []


def test_t_07_and_t_37_moved_lines_add_up_and_over_the_limit_nothing_moves(project: Project):
    mine = open_cart(project.customer(), "siteA", add("TEE", 600_000))
    _, _, guests = guest_with(project, add("TEE", 3))
    alice = project.customer_id("alice")
    guests = project.backend.in_store("siteA").change_cart(guests, action("setCustomerId", customerId=alice))
    result = ok(resolve(project, "MergeLineItems", mine, guests), 200)
    assert skus(result["cart"]) == [("TEE", 600_003)]
    _, _, more = guest_with(project, add("TEE", 400_000))
    more = project.backend.in_store("siteA").change_cart(more, action("setCustomerId", customerId=alice))
    before = project.cart_row(mine["id"]), project.cart_row(more["id"])
    response = resolve(project, "MergeLineItems", mine, more)
    refused(response, 400, "InvalidOperation", "QuantityLimitExceeded")
    assert (project.cart_row(mine["id"]), project.cart_row(more["id"])) == before


def test_s1_10_keep_most_recent_goes_by_the_last_item_added(project: Project):
    alice = project.customer().in_store("siteA")
    mine, guests = two_carts(project)
    alice.change_my_cart(mine, change_quantity(mine["lineItems"][0], 9))
    result = ok(resolve(project, "KeepMostRecent", mine, guests), 200)
    assert (result["cart"]["id"], skus(result["cart"])) == (guests["id"], [("TEE", 2)])
    refused(project.backend.get(f"/carts/{mine['id']}"), 404, "ResourceNotFound")
    receipt = project.backend.read(f"/merges/{result['mergeId']}")
    assert units_of(receipt) == [("TEE", 2, "kept", 2), ("MUG", 9, "left", 0)]


def test_s1_11_prompt_shows_both_and_changes_nothing_then_keep_leaves_the_chosen_one(project: Project):
    mine, guests = two_carts(project)
    before = project.cart_row(mine["id"]), project.cart_row(guests["id"])
    shown = ok(resolve(project, "Prompt", mine, guests), 200)
    assert [(each["id"], skus(each)) for each in shown["carts"]] == [
        (mine["id"], [("MUG", 1)]),
        (guests["id"], [("TEE", 2)]),
    ]
    assert (project.cart_row(mine["id"]), project.cart_row(guests["id"])) == before
    refused(resolve(project, "Keep", mine, guests), 400, "RequiredField", field="keep")
    refused(resolve(project, "Keep", mine, guests, keep=NO_ID), 400, "InvalidField", field="keep")
    kept = ok(resolve(project, "Keep", mine, guests, keep=mine["id"]), 200)
    assert (kept["cart"]["id"], skus(kept["cart"])) == (mine["id"], [("MUG", 1)])
    assert project.customer().in_store("siteA").read("/me/current-cart")["id"] == mine["id"]
    refused(project.backend.get(f"/carts/{guests['id']}"), 404, "ResourceNotFound")


def test_s1_39_only_own_carts_that_are_open_are_resolved(project: Project):
    mine, guests = two_carts(project)
    bobs = open_cart(project.customer("bob"), "siteA", add("PEN"))
    rows = [project.cart_row(each["id"]) for each in (mine, guests, bobs)]
    alice = project.customer().in_store("siteA")
    body = {"strategy": "MergeLineItems", "cartIds": [mine["id"], bobs["id"]]}
    refused(alice.post("/carts/resolve", body), 404, "ResourceNotFound")
    refused(resolve(project, "MergeLineItems", mine, bobs), 400, "InvalidOperation", "CartsOfDifferentOwners")
    refused(resolve(project, "MergeLineItems", mine), 400, "InvalidField", field="cartIds")
    refused(resolve(project, "MergeLineItems", mine, mine), 400, "InvalidField", field="cartIds")
    refused(resolve(project, "Nonsense", mine, guests), 400, "InvalidField", field="strategy")
    assert [project.cart_row(each["id"]) for each in (mine, guests, bobs)] == rows
    frozen = project.admin.change_cart(guests, action("freezeCart"))
    refused(resolve(project, "MergeLineItems", mine, frozen), 400, "InvalidOperation", "CartFrozen")
    project.admin.change_cart(frozen, action("unfreezeCart"))
    ok(alice.post("/carts/resolve", {**body, "cartIds": [mine["id"], guests["id"]]}), 200)
    refused(resolve(project, "MergeLineItems", mine, guests), 404, "ResourceNotFound")


def test_a_merged_cart_cannot_be_resolved_again(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, _, guests = guest_with(project, add("TEE"))
    signed_in(project, **by_cart(guests))
    refused(resolve(project, "MergeLineItems", mine, guests), 400, "InvalidOperation", "CartMerged")


@pytest.mark.parametrize("round_", range(3))
def test_undo_and_order_at_once_do_one_of_both(project: Project, round_: int):
    open_cart(project.customer(), "siteA", add("MUG"), ship_to())
    _, session, _ = guest_with(project, add("TEE"))
    cart = signed_in(project, anonymousId=session)["cart"]
    alice = project.customer().in_store("siteA")
    undo, placed = in_parallel(
        [
            lambda: alice.post(f"/me/merges/{cart['mergeReceipt']}/undo", {}),
            lambda: alice.post("/me/orders", {"id": cart["id"], "version": cart["version"]}),
        ]
    )
    assert sorted((undo.is_success, placed.is_success)) == [False, True], (undo.text, placed.text, round_)
    assert project.broken_invariants() == []
