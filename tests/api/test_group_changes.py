"""Sites join and leave a sharing group while carts are open: no line vanishes (S4-66, T-11, T-12)."""

import json
from typing import Any

from tests.builders import add, money, open_cart, skus
from tests.client import Api, refused
from tests.conftest import Project


def share(project: Project, *sites: str, is_shared: bool = True) -> None:
    """Make the project's group one of these sites, behind the server's back."""
    document = {"id": "G1", "displayName": "G1", "sites": list(sites), "sharedCart": is_shared}
    project.sql.execute(
        "UPDATE resources SET document = $2 WHERE project = $1 AND kind = 'site-group'",
        project.key,
        json.dumps(document).encode(),
    )
    project.sql.execute(
        "INSERT INTO changes (project, kind, epoch) VALUES ($1, 'catalogue', 1) ON CONFLICT (project, kind) "
        "DO UPDATE SET epoch = changes.epoch + 1, changed_by = pg_current_xact_id()",
        project.key,
    )
    project.wait_for_caches()


def current(shopper: Api, site: str) -> Any:
    return shopper.in_store(site).write("/me/current-cart")


def two_carts(project: Project, shopper: Api) -> tuple[Any, Any]:
    """A cart on siteA and one on siteB, which share nothing yet."""
    share(project, "siteM", "siteC")
    return open_cart(shopper, "siteA", add("TEE")), open_cart(shopper, "siteB", add("MUG"))


def test_s4_66_and_t_11_carts_of_sites_that_join_become_one_at_the_next_opening(project: Project):
    for shopper in (project.customer(), project.guest()):
        on_a, on_b = two_carts(project, shopper)
        share(project, "siteA", "siteB")
        assert shopper.in_store("siteA").read("/me/current-cart")["id"] == on_b["id"]
        cart = current(shopper, "siteA")
        assert cart["id"] == on_b["id"]
        assert [(each["variant"]["sku"], each["siteId"]) for each in cart["lineItems"]] == [
            ("MUG", "siteB"),
            ("TEE", "siteA"),
        ]
        assert (cart["createSiteId"], cart["scope"], cart["totalPrice"]) == ("siteA", "group:G1", money(3300))
        assert current(shopper, "siteB")["id"] == cart["id"]
        merged = project.backend.read(f"/carts/{on_a['id']}")
        assert (merged["cartState"], merged["mergedInto"]) == ("Merged", on_b["id"])
        receipt = project.backend.read(f"/merges/{cart['mergeReceipt']}")
        assert [(each["sku"], each["outcome"]) for each in receipt["units"]] == [("MUG", "kept"), ("TEE", "moved")]
    assert project.broken_invariants() == []


def test_t_11_the_next_write_unites_them_too(project: Project):
    alice = project.customer()
    on_a, _ = two_carts(project, alice)
    share(project, "siteA", "siteB")
    cart = alice.in_store("siteA").change_my_cart(on_a, add("PEN"))
    assert (cart["id"], skus(cart)) == (on_a["id"], [("TEE", 1), ("PEN", 1), ("MUG", 1)])
    assert current(alice, "siteB")["id"] == on_a["id"]
    assert project.broken_invariants() == []


def test_t_11_a_merge_by_joining_can_be_taken_back(project: Project):
    alice = project.customer()
    on_a, on_b = two_carts(project, alice)
    share(project, "siteA", "siteB")
    cart = current(alice, "siteA")
    alice.write(f"/me/merges/{cart['mergeReceipt']}/undo", {})
    assert skus(project.backend.read(f"/carts/{on_a['id']}")) == [("TEE", 1)]
    assert skus(project.backend.read(f"/carts/{on_b['id']}")) == [("MUG", 1)]
    for _ in range(2):
        cart = current(alice, "siteA")
        assert (cart["id"], skus(cart)) == (on_b["id"], [("MUG", 1)])
        share(project, "siteA", "siteB", "siteM")


def test_t_11_a_sign_in_before_the_next_opening_hides_no_cart(project: Project):
    alice, guest = project.customer(), project.guest("session")
    two_carts(project, alice)
    share(project, "siteA", "siteB")
    open_cart(guest, "siteB", add("PEN"))
    body = {"email": "alice@example.com", "password": "pw", "anonymousId": "session"}
    project.backend.in_store("siteB").write("/login", body)
    assert skus(current(alice, "siteA")) == [("MUG", 1), ("PEN", 1), ("TEE", 1)]
    assert project.broken_invariants() == []


def test_t_11_a_checkout_before_the_next_opening_hides_no_cart(project: Project):
    alice = project.customer()
    _, on_b = two_carts(project, alice)
    share(project, "siteA", "siteB")
    alice.in_store("siteB").write(f"/me/carts/{on_b['id']}/checkout", {})
    assert skus(current(alice, "siteA")) == [("MUG", 1), ("TEE", 1)]
    assert project.broken_invariants() == []


def test_t_11_a_guest_reads_the_receipt_and_takes_the_merge_back_before_and_after_signing_in(project: Project):
    for is_signed_in in (False, True):
        session = f"session-{is_signed_in}"
        shopper = project.guest(session)
        on_a, _ = two_carts(project, shopper)
        share(project, "siteA", "siteB")
        merge = f"/me/merges/{current(shopper, 'siteA')['mergeReceipt']}"
        if is_signed_in:
            body = {"email": "alice@example.com", "password": "pw", "anonymousId": session}
            project.backend.in_store("siteA").write("/login", body)
            refused(shopper.get(merge), 404, "ResourceNotFound")
            shopper = project.customer()
        assert [each["sku"] for each in shopper.read(merge)["units"]] == ["MUG", "TEE"]
        for other in (project.guest(), project.customer("bob")):
            refused(other.get(merge), 404, "ResourceNotFound")
            refused(other.post(f"{merge}/undo", {}), 404, "ResourceNotFound")
        assert shopper.write(f"{merge}/undo", {})["state"] == "Undone"
        assert skus(shopper.read(f"/me/carts/{on_a['id']}")) == [("TEE", 1)]
        assert skus(current(shopper, "siteA")) == [("MUG", 1)]
    assert project.broken_invariants() == []


def test_carts_that_an_owner_made_within_one_scope_stay_apart(project: Project):
    alice = project.customer()
    store = {"typeId": "store", "key": "siteA"}
    drafts = [{"currency": "USD", "store": store, "lineItems": [{"sku": sku}]} for sku in ("TEE", "MUG")]
    one, other = (alice.in_store("siteA").create("/me/carts", draft) for draft in drafts)
    share(project, "siteA", "siteB", "siteM", "siteC")
    assert skus(current(alice, "siteA")) == [("MUG", 1)]
    assert {each["cartState"] for each in alice.read("/me/carts")["results"]} == {"Active"}
    assert one["id"] != other["id"]


def test_s4_66_and_t_12_a_shared_cart_stays_with_the_site_of_its_last_item(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    cart = alice.in_store("siteB").change_my_cart(cart, add("MUG"))
    share(project, "siteA", is_shared=True)
    there = current(alice, "siteB")
    assert (there["id"], skus(there)) == (cart["id"], [("TEE", 1), ("MUG", 1)])
    assert [each["siteId"] for each in there["lineItems"]] == ["siteA", "siteB"]
    assert alice.in_store("siteA").create("/me/current-cart")["lineItems"] == []
    assert project.broken_invariants() == []
