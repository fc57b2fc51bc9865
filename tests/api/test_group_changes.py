"""Sites join and leave a sharing group while carts are open: no line vanishes (S4-66, T-11, T-12)."""

from typing import Any

import pytest

from tests.api.assisted import Agent
from tests.api.ccadmin import Ccadmin
from tests.api.desk import Desk
from tests.builders import action, add, amount, money, open_cart, skus
from tests.client import Api, in_parallel, refused
from tests.conftest import Project


def share(project: Project, *sites: str, is_shared: bool = True) -> None:
    """Make the project's group one of these sites."""
    Ccadmin(project).put_group("G1", sites=[{"id": each} for each in sites], sharedCart=is_shared)


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


@pytest.mark.parametrize("hand", ["desk", "takeover"])
def test_t_11_a_write_by_staff_unites_them_as_one_by_the_shopper_does(hand: str, project: Project):
    alice = project.customer()
    on_a, on_b = two_carts(project, alice)
    desk, agent = Desk(project), Agent(project)
    if hand == "desk":
        assert desk.select("alice")["cart"]["id"] == on_a["id"]
    else:
        agent.draft("alice")
        assert agent.take_over()["cart"]["id"] == on_a["id"]
    share(project, "siteA", "siteB")
    cart = desk.add(on_a, add("PEN")) if hand == "desk" else agent.change(add("PEN"))
    assert (cart["id"], skus(cart)) == (on_a["id"], [("TEE", 1), ("PEN", 1), ("MUG", 1)])
    assert current(alice, "siteB")["id"] == on_a["id"]
    for each in (on_a, on_b):
        last = project.backend.read(f"/carts/{each['id']}/history")["results"][0]
        assert (last["kind"], last["via"]["kind"]) == ("CartMerged", hand)
        assert last["onBehalfOf"] == project.customer_id("alice")
    assert project.broken_invariants() == []


def test_t_11_an_agent_with_a_code_for_one_cart_sees_no_other(project: Project):
    alice, agent = project.customer(), project.staff("agent7")
    on_a, on_b = two_carts(project, alice)
    code = alice.create("/me/pairing-codes", {"cartId": on_a["id"]})["code"]
    pairing = agent.create("/desk/pairings", {"code": code})["pairing"]
    alice.write(f"/me/pairings/{pairing['id']}/confirm", {"version": pairing["version"]})
    share(project, "siteA", "siteB")
    cart = agent.in_store("siteA").write(f"/carts/{on_a['id']}", {"actions": [add("PEN")]})
    assert skus(cart) == [("TEE", 1), ("PEN", 1)]
    assert skus(project.backend.read(f"/carts/{on_b['id']}")) == [("MUG", 1)]
    assert sorted(skus(current(alice, "siteA"))) == [("MUG", 1), ("PEN", 1), ("TEE", 1)]
    assert project.broken_invariants() == []


def test_t_11_a_write_by_staff_unites_no_cart_that_another_operator_has_taken_over(project: Project):
    alice = project.customer()
    on_a, on_b = two_carts(project, alice)
    agent, desk = Agent(project, site="siteB"), Desk(project)
    agent.draft("alice")
    assert agent.take_over()["cart"]["id"] == on_b["id"]
    assert desk.select("alice")["cart"]["id"] == on_a["id"]
    share(project, "siteA", "siteB")
    assert skus(desk.add(on_a, add("PEN"))) == [("TEE", 1), ("PEN", 1)]
    assert skus(project.backend.read(f"/carts/{on_b['id']}")) == [("MUG", 1)]
    assert sorted(skus(current(alice, "siteA"))) == [("MUG", 1), ("PEN", 1), ("TEE", 1)]
    assert project.broken_invariants() == []


def test_s4_66_a_line_without_a_price_where_the_carts_become_one_comes_along(project: Project):
    alice = project.customer()
    share(project, "siteC", "siteD")
    on_a = open_cart(alice, "siteA", add("TEE"), add("NOLIST"))
    custom = action("addCustomLineItem", name={"en-US": "Gift wrap"}, slug="wrap", money=amount(300))
    on_a = project.backend.change_cart(on_a, add("MUG", externalPrice=amount(123)), custom)
    open_cart(alice, "siteM", add("PEN"))
    Ccadmin(project).put_group("G1", sites=[{"id": "siteA"}, {"id": "siteM"}], force=True)
    cart = current(alice, "siteM")
    assert skus(cart) == [("PEN", 1), ("TEE", 1), ("NOLIST", 1), ("MUG", 1)]
    assert [each["slug"] for each in cart["customLineItems"]] == ["wrap"]
    assert ["pricingError" in each for each in cart["lineItems"]] == [False, False, True, True]
    back = current(alice, "siteA")
    assert ["pricingError" in each for each in back["lineItems"]] == [False] * 4
    assert back["totalPrice"]["centAmount"] == on_a["totalPrice"]["centAmount"] + 200
    assert project.broken_invariants() == []


def test_s4_66_a_line_whose_product_is_no_longer_published_comes_along(project: Project):
    alice = project.customer()
    two_carts(project, alice)
    tee = project.backend.read("/products/key=TEE")
    project.backend.update("/products", tee, action("unpublish"))
    share(project, "siteA", "siteB")
    assert skus(current(alice, "siteA")) == [("MUG", 1), ("TEE", 1)]
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


def test_t_11_a_guests_cart_that_takes_the_place_of_an_empty_one_hides_no_other(project: Project):
    alice, guest = project.customer(), project.guest("session")
    share(project, "siteA", "siteB")
    open_cart(alice, "siteB", add("MUG"))
    share(project, "siteM", "siteC")
    open_cart(alice, "siteA")
    share(project, "siteA", "siteB")
    open_cart(guest, "siteA", add("TEE"))
    body = {"email": "alice@example.com", "password": "pw", "anonymousId": "session"}
    project.backend.in_store("siteA").write("/login", body)
    assert sorted(skus(current(alice, "siteA"))) == [("MUG", 1), ("TEE", 1)]
    assert project.broken_invariants() == []


def test_t_11_what_a_guests_cart_was_together_with_says_nothing_of_the_customers(project: Project):
    alice, guest = project.customer(), project.guest("session")
    share(project, "siteA", "siteB")
    open_cart(alice, "siteB", add("MUG"))
    open_cart(guest, "siteA", add("TEE"))
    share(project, "siteM", "siteC")
    body = {"email": "alice@example.com", "password": "pw", "anonymousId": "session"}
    project.backend.in_store("siteA").write("/login", body)
    share(project, "siteA", "siteB")
    for site in ("siteA", "siteB"):
        assert sorted(skus(current(alice, site))) == [("MUG", 1), ("TEE", 1)]
    assert project.broken_invariants() == []


def test_t_11_a_merge_taken_back_before_the_next_opening_hides_no_third_cart(project: Project):
    alice = project.customer()
    share(project, "siteA", "siteB")
    open_cart(alice, "siteB", add("MUG"))
    share(project, "siteM", "siteC")
    open_cart(alice, "siteA", add("TEE"))
    open_cart(project.guest("session"), "siteA", add("PEN"))
    body = {"email": "alice@example.com", "password": "pw", "anonymousId": "session"}
    merged = project.backend.in_store("siteA").write("/login", body)["cart"]
    share(project, "siteA", "siteB")
    alice.write(f"/me/merges/{merged['mergeReceipt']}/undo", {})
    assert sorted(skus(current(alice, "siteA"))) == [("MUG", 1), ("TEE", 1)]
    apart = [skus(each) for each in alice.read("/me/carts")["results"] if each["cartState"] == "Active"]
    assert [("PEN", 1)] in apart
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


def leave_and_return(project: Project, way: str, *, is_back: bool) -> None:
    """siteA and siteB share their carts no longer, or again, in one of the ways to bring that about."""
    ccadmin = Ccadmin(project)
    both = [{"id": "siteA"}, {"id": "siteB"}]
    if way == "the site left and returned":
        ccadmin.put_group("G1", sites=both if is_back else both[1:])
    elif way == "sharing was off for a while":
        ccadmin.put_group("G1", sharedCart=is_back)
    elif way == "the group was deleted and made again":
        if is_back:
            ccadmin.group("G1", "siteA", "siteB", sharedCart=True)
        else:
            ccadmin.put_group("G1", sites=[])
            assert ccadmin.api.delete("/siteGroups/G1").status_code == 204
    elif is_back:
        ccadmin.put_group("G2", sites=[])
        ccadmin.put_group("G1", sites=both)
    else:
        ccadmin.put_group("G1", sites=both[1:])
        ccadmin.group("G2", "siteA", "siteD", sharedCart=True)


@pytest.mark.parametrize(
    "way",
    [
        "the site left and returned",
        "sharing was off for a while",
        "the group was deleted and made again",
        "the site was in another group meanwhile",
    ],
)
@pytest.mark.parametrize("first", ["opening", "write", "write on the other site", "checkout", "sign-in"])
def test_t_11_a_cart_made_while_a_site_was_away_joins_the_one_from_before(way: str, first: str, project: Project):
    share(project, "siteA", "siteB")
    alice = project.customer()
    older = open_cart(alice, "siteB", add("MUG"))
    leave_and_return(project, way, is_back=False)
    meanwhile = open_cart(alice, "siteA", add("TEE"))
    assert meanwhile["id"] != older["id"]
    leave_and_return(project, way, is_back=True)
    if first == "write":
        alice.in_store("siteA").change_my_cart(meanwhile, add("PEN"))
    elif first == "write on the other site":
        alice.in_store("siteB").change_my_cart(meanwhile, add("PEN"))
    elif first == "checkout":
        alice.in_store("siteA").write(f"/me/carts/{meanwhile['id']}/checkout", {})
    elif first == "sign-in":
        open_cart(project.guest("session"), "siteB", add("PEN"))
        body = {"email": "alice@example.com", "password": "pw", "anonymousId": "session"}
        project.backend.in_store("siteB").write("/login", body)
    pen = [("PEN", 1)] if first in ("write", "write on the other site", "sign-in") else []
    for site in ("siteA", "siteB"):
        assert sorted(skus(current(alice, site))) == sorted([("MUG", 1), *pen, ("TEE", 1)])
    states = {each["id"]: each["cartState"] for each in alice.read("/me/carts")["results"]}
    assert sorted(states[each["id"]] for each in (older, meanwhile)) == ["Active", "Merged"]
    assert project.broken_invariants() == []


def test_carts_that_an_owner_had_side_by_side_stay_apart_whatever_sites_come_and_go(project: Project):
    alice = project.customer()
    store = {"typeId": "store", "key": "siteA"}
    for sku in ("TEE", "MUG"):
        alice.in_store("siteA").create("/me/carts", {"currency": "USD", "store": store, "lineItems": [{"sku": sku}]})
    for sites in (["siteA"], ["siteA", "siteC"], ["siteA", "siteB", "siteM", "siteC"]):
        share(project, *sites)
        assert skus(current(alice, "siteA")) == [("MUG", 1)]
    assert [each["cartState"] for each in alice.read("/me/carts")["results"]] == ["Active", "Active"]


def test_a_change_of_prices_lets_nobody_look_for_carts_to_unite(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    row = project.cart_row(cart["id"])
    share(project, "siteA", "siteB", "siteM", "siteC")
    current(alice, "siteA")
    assert project.cart_row(cart["id"]) == row
    share(project, "siteA", "siteC")
    current(alice, "siteA")
    share(project, "siteA", "siteB", "siteM", "siteC")
    current(alice, "siteA")
    settled = project.cart_row(cart["id"])
    assert settled["scope_epoch"] > row["scope_epoch"]
    current(alice, "siteA")
    assert project.cart_row(cart["id"]) == settled


def separation_of(project: Project, cart: Any) -> Any:
    """What the last event of the cart says was changed, where it is a separation."""
    last = project.backend.read(f"/carts/{cart['id']}/history")["results"][0]
    assert last["kind"] == "CartSeparated"
    return {each["path"]: each for each in last["changes"]}


def test_t_12_a_separated_cart_and_the_one_begun_elsewhere_tell_where_the_lines_are(project: Project):
    for shopper in (project.customer(), project.guest()):
        share(project, "siteA", "siteB", "siteM")
        cart = open_cart(shopper, "siteB", add("MUG"))
        cart = shopper.in_store("siteA").change_my_cart(cart, add("TEE"))
        assert "separated" not in cart
        share(project, "siteA", "siteM")
        begun = shopper.in_store("siteB").create("/me/current-cart")
        assert (begun["lineItems"], begun["separated"]["sites"]) == ([], ["siteA"])
        assert begun["separated"]["carts"] == [{"id": cart["id"], "siteId": "siteA"}]
        stayed = current(shopper, "siteA")
        assert (stayed["id"], skus(stayed)) == (cart["id"], [("MUG", 1), ("TEE", 1)])
        assert (stayed["version"], stayed["lastModifiedAt"]) == (cart["version"] + 1, cart["lastModifiedAt"])
        assert stayed["separated"]["sites"] == ["siteB"]
        assert stayed["separated"]["at"] == begun["separated"]["at"]
        assert current(shopper, "siteA")["version"] == stayed["version"]
        assert list(separation_of(project, stayed)) == ["separated"]
        share(project, "siteA", "siteB", "siteM")
        shopper.in_store("siteB").change_my_cart(begun, add("PEN"))
        for site in ("siteA", "siteB"):
            again = current(shopper, site)
            assert (sorted(skus(again)), "separated" in again) == ([("MUG", 1), ("PEN", 1), ("TEE", 1)], False)
    assert project.broken_invariants() == []


def test_t_12_where_sharing_is_switched_off_the_scope_is_the_sites_own(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    share(project, "siteA", "siteB", "siteM", "siteC", is_shared=False)
    changed = alice.in_store("siteA").change_my_cart(cart, add("PEN"))
    assert (changed["scope"], changed["version"]) == ("site:siteA", cart["version"] + 2)
    assert changed["separated"]["sites"] == ["siteB", "siteC", "siteM"]
    share(project, "siteA", "siteB", "siteM", "siteC", is_shared=True)
    assert "separated" not in current(alice, "siteA")


def test_a_site_that_nobody_left_a_cart_on_begins_without_a_word(project: Project):
    alice = project.customer()
    open_cart(alice, "siteA")
    share(project, "siteA", "siteC")
    assert "separated" not in alice.in_store("siteB").create("/me/current-cart")
    assert "separated" not in current(alice, "siteA")


@pytest.mark.parametrize("turn", range(3))
def test_t_11_who_opens_the_cart_on_both_sites_at_once_finds_one(project: Project, turn: int):
    alice = project.customer()
    two_carts(project, alice)
    share(project, "siteA", "siteB")
    opened = in_parallel([lambda site=site: current(alice, site) for site in ("siteA", "siteB") * 4])
    assert len({each["id"] for each in opened}) == 1
    assert skus(current(alice, "siteA")) == [("MUG", 1), ("TEE", 1)], turn
    assert [each["cartState"] for each in alice.read("/me/carts")["results"]].count("Active") == 1
    assert project.broken_invariants() == []


def test_s4_6_a_classic_storefront_shares_its_carts_with_no_site_whatever_group_it_is_in(project: Project):
    alice, ccadmin = project.customer(), Ccadmin(project)
    cart = open_cart(alice, "siteB", add("MUG"))
    assert ccadmin.write("PUT", "/sites/siteA", {"storefront": "classic"})["storefront"] == "classic"
    there = open_cart(alice, "siteA", add("TEE"))
    assert (skus(there), there["scope"]) == ([("TEE", 1)], "site:siteA")
    assert there["separated"]["carts"] == [{"id": cart["id"], "siteId": "siteB"}]
    assert skus(current(alice, "siteC")) == [("MUG", 1)]
    assert len(ccadmin.read("/siteGroups/G1")["sites"]) == 4
    assert ccadmin.read("/siteGroups/G1/changes")["items"][0]["sites"] == ["siteB", "siteC", "siteM"]
    assert ccadmin.write("POST", "/siteGroups/G1/preview", {"sites": ["siteA", "siteB"]})["merging"]["carts"] == 0
    assert "storefront" not in ccadmin.write("PUT", "/sites/siteA", {"storefront": None})
    assert sorted(skus(current(alice, "siteA"))) == [("MUG", 1), ("TEE", 1)]
    assert project.broken_invariants() == []
