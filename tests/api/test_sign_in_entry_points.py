"""Every way in takes the guest's carts along by the same rules: seven ways to sign in, three to sign up."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.test_sign_in import MERGE, USE_AS_NEW, by_cart, customers_carts, guest_with
from tests.builders import action, add, amount, money, open_cart, order, ship_to, skus
from tests.client import Api, ok, refused
from tests.conftest import Project

PASSWORD = {"email": "alice@example.com", "password": "pw"}
NEW = {"email": "new@example.com", "password": "pw"}

Way = Callable[..., Any]


def login(project: Project, guest: Api, session: str, *, site: str | None = None, **draft: Any) -> Any:
    backend = project.backend.in_store(site) if site else project.backend
    return ok(backend.post("/login", {**PASSWORD, "anonymousId": session, **draft}), 200)


def in_store_login(project: Project, guest: Api, session: str, **draft: Any) -> Any:
    return login(project, guest, session, site="siteA", **draft)


def my_login(project: Project, guest: Api, session: str, **draft: Any) -> Any:
    if "anonymousCartSignInMode" in draft:
        draft["activeCartSignInMode"] = draft.pop("anonymousCartSignInMode")
    return ok(guest.post("/me/login", {**PASSWORD, **draft}), 200)


def my_in_store_login(project: Project, guest: Api, session: str, **draft: Any) -> Any:
    return my_login(project, guest.in_store("siteA"), session, **draft)


def merge(project: Project, guest: Api, session: str, *, site: str | None = None, **draft: Any) -> Any:
    if "anonymousCartSignInMode" in draft:
        draft["mergeMode"] = draft.pop("anonymousCartSignInMode")
    backend = project.backend.in_store(site) if site else project.backend
    path = f"/carts/customer-id={project.customer_id('alice')}/merge"
    return {"cart": ok(backend.post(path, {"anonymousId": session, **draft}), 200)}


def in_store_merge(project: Project, guest: Api, session: str, **draft: Any) -> Any:
    return merge(project, guest, session, site="siteA", **draft)


def sign_up(project: Project, guest: Api, session: str) -> Any:
    return ok(project.backend.post("/customers", {**NEW, "anonymousId": session}), 201)


def in_store_sign_up(project: Project, guest: Api, session: str) -> Any:
    return ok(project.backend.in_store("siteA").post("/customers", {**NEW, "anonymousId": session}), 201)


def my_sign_up(project: Project, guest: Api, session: str) -> Any:
    return ok(guest.post("/me/signup", NEW), 201)


def my_in_store_sign_up(project: Project, guest: Api, session: str) -> Any:
    return ok(guest.in_store("siteA").post("/me/signup", NEW), 201)


SIGN_INS: list[Way] = [login, in_store_login, my_login, my_in_store_login, merge, in_store_merge]
SIGN_UPS: list[Way] = [sign_up, in_store_sign_up, my_sign_up, my_in_store_sign_up]
every_way = pytest.mark.parametrize("enter", SIGN_INS + SIGN_UPS)
every_sign_in = pytest.mark.parametrize("enter", SIGN_INS)


def units_of(project: Project, cart: Any) -> list[tuple[Any, ...]]:
    receipt = project.backend.read(f"/merges/{cart['mergeReceipt']}")
    return [(each["outcome"], each.get("reason"), each["quantityAfter"]) for each in receipt["units"]]


@every_way
def test_s1_1_and_s1_4_and_s1_12_a_guests_cart_becomes_the_customers_under_its_id(project: Project, enter: Way):
    guest, session, cart = guest_with(project, add("TEE", 2), ship_to())
    result = enter(project, guest, session)
    assert (result["cart"]["id"], result["cart"]["cartState"], skus(result["cart"])) == (
        cart["id"],
        "Active",
        [("TEE", 2)],
    )
    owner = result["customer"]["id"] if "customer" in result else project.customer_id("alice")
    assert (result["cart"]["customerId"], "anonymousId" in result["cart"]) == (owner, False)
    assert [each["id"] for each in result["cart"]["lineItems"]] == [each["id"] for each in cart["lineItems"]]
    assert result["cart"]["version"] == cart["version"] + 1
    refused(guest.in_store("siteA").get(f"/me/carts/{cart['id']}"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


@every_way
def test_s1_17_and_s1_24_all_carts_and_orders_of_the_session_are_the_customers(project: Project, enter: Way):
    guest, session, _ = guest_with(project)
    placed = order(guest, add("TEE"))
    on_a, on_d = open_cart(guest, "siteA", add("MUG")), open_cart(guest, "siteD", add("TEE"))
    result = enter(project, guest, session)
    owner = result["customer"]["id"] if "customer" in result else project.customer_id("alice")
    assert project.backend.read(f"/orders/{placed['id']}")["customerId"] == owner
    for cart in (on_a, on_d):
        now = project.backend.read(f"/carts/{cart['id']}")
        assert (now["customerId"], now["cartState"], skus(now)) == (owner, "Active", skus(cart))
    left = project.sql.value(
        "SELECT count(*) FROM carts WHERE project = $1 AND owner = $2", project.key, f"anonymous:{session}"
    )
    assert left == 0
    assert project.broken_invariants() == []


@every_sign_in
@pytest.mark.parametrize("mode", [None, MERGE])
def test_s1_19_and_s1_26_and_s1_30_and_s1_32_merging_is_the_default(project: Project, enter: Way, mode: str | None):
    mine = open_cart(project.customer(), "siteA", add("MUG"), add("TEE", 3))
    guest, session, cart = guest_with(project, add("TEE", 2), add("PEN"))
    result = enter(project, guest, session, **({"anonymousCartSignInMode": mode} if mode else {}))
    assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1), ("TEE", 3), ("PEN", 1)])
    source = project.backend.read(f"/carts/{cart['id']}")
    assert (source["cartState"], source["mergedInto"], skus(source)) == ("Merged", mine["id"], skus(cart))
    assert units_of(project, result["cart"])[2:] == [("max", None, 3), ("moved", None, 1)]
    change = {"version": source["version"], "actions": [add("PEN")]}
    error = refused(project.backend.post(f"/carts/{cart['id']}", change), 400, "InvalidOperation", "CartMerged")
    assert error["successor"] == mine["id"]
    assert project.broken_invariants() == []


@every_sign_in
def test_s1_21_used_as_new_both_carts_stay_and_the_guests_is_current(project: Project, enter: Way):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project, add("TEE", 2))
    result = enter(project, guest, session, anonymousCartSignInMode=USE_AS_NEW)
    assert (result["cart"]["id"], skus(result["cart"])) == (cart["id"], [("TEE", 2)])
    assert {each["id"]: skus(each) for each in customers_carts(project)} == {
        mine["id"]: [("MUG", 1)],
        cart["id"]: [("TEE", 2)],
    }
    assert project.customer().in_store("siteA").read("/me/current-cart")["id"] == cart["id"]


@every_sign_in
def test_s1_18_another_mode_is_refused_and_nothing_happens(project: Project, enter: Way):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project, add("TEE", 2))
    before = project.cart_row(mine["id"]), project.cart_row(cart["id"])
    with pytest.raises(AssertionError, match=r"400 .*InvalidField"):
        enter(project, guest, session, anonymousCartSignInMode="Prompt")
    with pytest.raises(AssertionError, match=r"400 .*InvalidField"):
        enter(project, guest, session, quantityPolicy="most")
    assert (project.cart_row(mine["id"]), project.cart_row(cart["id"])) == before


@every_sign_in
def test_s1_31_lines_that_differ_stay_two_lines(project: Project, enter: Way):
    engraved = {"type": {"typeId": "type", "key": "configuration"}, "fields": {"engraving": "A"}}
    open_cart(project.customer(), "siteB", add("TEE"))
    guest, session, _ = guest_with(project, add("TEE"), add("TEE", custom=engraved))
    lines = enter(project, guest, session)["cart"]["lineItems"]
    assert [(each["siteId"], "custom" in each) for each in lines] == [
        ("siteB", False),
        ("siteA", False),
        ("siteA", True),
    ]


@every_sign_in
def test_s1_35_again_nothing_happens(project: Project, enter: Way):
    open_cart(project.customer(), "siteA", add("TEE", 3))
    guest, session, _ = guest_with(project, add("TEE", 2), add("MUG"))
    first = enter(project, guest, session, quantityPolicy="sum")["cart"]
    counts = project.counts()
    assert enter(project, guest, session, quantityPolicy="sum")["cart"] == first
    assert skus(first) == [("TEE", 5), ("MUG", 1)]
    assert project.counts() == counts


@pytest.mark.parametrize("site", [None, "siteA"])
@pytest.mark.parametrize("path", ["/login", "/me/login"])
def test_s1_29_wrong_credentials_change_nothing(project: Project, path: str, site: str | None):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project, add("TEE"))
    caller = guest if path == "/me/login" else project.backend
    draft = {**PASSWORD, "password": "wrong", **({} if path == "/me/login" else {"anonymousId": session})}
    before = project.cart_row(mine["id"]), project.cart_row(cart["id"])
    refused((caller.in_store(site) if site else caller).post(path, draft), 400, "InvalidCredentials")
    assert (project.cart_row(mine["id"]), project.cart_row(cart["id"])) == before


def posts_naming_a_cart(project: Project, **named: Any) -> list[Any]:
    path = f"/carts/customer-id={project.customer_id('alice')}/merge"
    answers = []
    for backend in (project.backend, project.backend.in_store("siteA")):
        answers.append(backend.post("/login", {**PASSWORD, **named}))
        answers.append(backend.post("/customers", {**NEW, **named}))
        answers.append(backend.post(path, named))
    return answers


def test_s1_33_and_s1_36_another_cart_is_not_taken_at_any_door(project: Project):
    bobs = open_cart(project.customer("bob"), "siteA", add("TEE"))
    _, _, strangers = guest_with(project, add("TEE"))
    _, session, cart = guest_with(project, add("MUG"))
    rows = [project.cart_row(each["id"]) for each in (bobs, strangers, cart)]
    for response in posts_naming_a_cart(project, **by_cart(bobs)):
        refused(response, 400, "ReferencedResourceNotFound", typeId="cart")
    for response in posts_naming_a_cart(project, anonymousId=session, **by_cart(strangers)):
        refused(response, 400, "InvalidOperation", "AnonymousSessionMismatch")
    assert [project.cart_row(each["id"]) for each in (bobs, strangers, cart)] == rows
    assert project.backend.read("/customers", params={"where": 'email="new@example.com"'})["results"] == []


# --- The policy for quantities: of the project, of a site, of one call. ---

EXPECTED = {
    "max": [("TEE", 3)],
    "sum": [("TEE", 5)],
    "guest": [("TEE", 2)],
    "customer": [("TEE", 3)],
    "separate": [("TEE", 3), ("TEE", 2)],
}


def configure(project: Project, *, site: str | None = None, **settings: Any) -> None:
    """Change a site's settings, or the project's, as an administrator does."""
    sql = project.sql
    if site is None:
        where = "projects WHERE key = $1", (project.key,)
    else:
        where = "resources WHERE project = $1 AND kind = 'store' AND key = $2", (project.key, site)
    table, _, condition = where[0].partition(" ")
    document = json.loads(sql.value(f"SELECT document FROM {where[0]}", *where[1]))
    changed = json.dumps({**document, **settings}).encode()
    place = len(where[1]) + 1
    sql.execute(f"UPDATE {table} SET document = ${place} {condition}", *where[1], changed)
    sql.execute("UPDATE changes SET epoch = epoch + 1 WHERE project = $1 AND kind = 'catalogue'", project.key)
    project.wait_for_caches()


@every_sign_in
@pytest.mark.parametrize("policy", ["sum", "separate"])
def test_the_call_names_the_policy_at_every_door(project: Project, enter: Way, policy: str):
    open_cart(project.customer(), "siteA", add("TEE", 3))
    guest, session, _ = guest_with(project, add("TEE", 2))
    cart = enter(project, guest, session, quantityPolicy=policy)["cart"]
    assert skus(cart) == EXPECTED[policy]
    assert project.backend.read(f"/merges/{cart['mergeReceipt']}")["policy"] == policy


@pytest.mark.parametrize("policy", EXPECTED)
def test_a_projects_policy_holds_where_neither_site_nor_call_says_otherwise(project: Project, policy: str):
    configure(project, mergeQuantityPolicy=policy)
    open_cart(project.customer(), "siteA", add("TEE", 3))
    guest, session, _ = guest_with(project, add("TEE", 2))
    assert skus(in_store_login(project, guest, session)["cart"]) == EXPECTED[policy]


def test_a_sites_policy_goes_before_the_projects_and_a_calls_before_both(project: Project):
    configure(project, mergeQuantityPolicy="separate")
    configure(project, site="siteA", mergeQuantityPolicy="sum")
    open_cart(project.customer(), "siteA", add("TEE", 3))
    open_cart(project.customer(), "siteD", add("TEE", 3))
    guest, session, _ = guest_with(project, add("TEE", 2))
    open_cart(guest, "siteD", add("TEE", 2))
    login(project, guest, session)
    assert skus(project.customer().in_store("siteA").read("/me/current-cart")) == EXPECTED["sum"]
    assert skus(project.customer().in_store("siteD").read("/me/current-cart")) == EXPECTED["separate"]
    guest, session, _ = guest_with(project, add("TEE", 7))
    assert skus(in_store_login(project, guest, session, quantityPolicy="max")["cart"]) == [("TEE", 7)]


# --- A merge never fails a sign-in. ---


@every_sign_in
@pytest.mark.parametrize(("name", "reason"), [("freezeCart", "CartFrozen"), ("lockCart", "CartLocked")])
def test_a_frozen_or_locked_cart_stays_whole(project: Project, enter: Way, name: str, reason: str):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project, add("TEE"))
    project.admin.change_cart(cart, action(name))
    assert enter(project, guest, session)["cart"]["id"] == mine["id"]
    left = project.backend.read(f"/carts/{cart['id']}")
    assert (left["customerId"], skus(left)) == (project.customer_id("alice"), [("TEE", 1)])
    assert units_of(project, left) == [("left", reason, 0)]
    assert project.broken_invariants() == []


@every_way
def test_a_frozen_cart_and_nothing_else_lets_the_customer_in(project: Project, enter: Way):
    guest, session, cart = guest_with(project, add("TEE"))
    open_cart(guest, "siteD", add("MUG"))
    project.admin.change_cart(cart, action("freezeCart"))
    if enter is in_store_merge:
        # It answers the current cart there; without one nothing is done.
        before = project.cart_row(cart["id"])
        path = f"/carts/customer-id={project.customer_id('alice')}/merge"
        answer = project.backend.in_store("siteA").post(path, {"anonymousId": session})
        refused(answer, 404, "ResourceNotFound")
        assert project.cart_row(cart["id"]) == before
        return
    enter(project, guest, session)
    left = project.backend.read(f"/carts/{cart['id']}")
    assert (left["cartState"], skus(left), "customerId" in left) == ("Frozen", [("TEE", 1)], True)


@every_sign_in
def test_of_another_currency_of_the_group_lines_come_along_and_are_priced_anew(project: Project, enter: Way):
    open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project, add("TEE", 2), site="siteM")
    project.backend.in_store("siteM").change_cart(
        cart,
        add("PEN", externalPrice=amount(500, "MXN")),
        action("addCustomLineItem", name={"en": "Wrap"}, slug="wrap", money=amount(900, "MXN")),
    )
    merged = enter(project, guest, session)["cart"]
    assert (skus(merged), merged["totalPrice"]["currencyCode"]) == ([("MUG", 1), ("TEE", 2)], "USD")
    assert merged["customLineItems"] == []
    assert "pricingError" not in str(merged)
    behind = [each for each in units_of(project, merged) if each[0] == "refused"]
    assert behind == [("refused", "OtherCurrency", 0)] * 2
    assert len(project.backend.read(f"/carts/{cart['id']}")["lineItems"]) == 2
    assert project.broken_invariants() == []


@every_sign_in
def test_a_product_off_offer_stays_behind(project: Project, enter: Way):
    open_cart(project.customer(), "siteA", add("TEE"))
    guest, session, cart = guest_with(project, add("MUG", 2), add("PEN"))
    mug = project.admin.read("/products/key=MUG")
    project.admin.update("/products", mug, action("unpublish"))
    project.wait_for_caches()
    merged = enter(project, guest, session)["cart"]
    assert skus(merged) == [("TEE", 1), ("PEN", 1)]
    assert ("refused", "ProductNotAvailable", 0) in units_of(project, merged)
    assert skus(project.backend.read(f"/carts/{cart['id']}")) == [("MUG", 2), ("PEN", 1)]


@every_sign_in
def test_a_sum_beyond_the_stock_is_capped_and_says_so(project: Project, enter: Way):
    open_cart(project.customer(), "siteA", add("TEE", 60))
    guest, session, _ = guest_with(project, add("TEE", 70))
    merged = enter(project, guest, session, quantityPolicy="sum")["cart"]
    assert skus(merged) == [("TEE", 100)]
    assert units_of(project, merged) == [("kept", None, 60), ("capped", "Stock", 100)]


def test_s3_2_a_sum_beyond_a_sites_limit_is_capped_and_says_so(project: Project):
    configure(project, site="siteA", quantityMax=10)
    open_cart(project.customer(), "siteA", add("TEE", 6))
    guest, session, _ = guest_with(project, add("TEE", 7))
    merged = in_store_login(project, guest, session, quantityPolicy="sum")["cart"]
    assert skus(merged) == [("TEE", 10)]
    assert units_of(project, merged) == [("kept", None, 6), ("capped", "QuantityLimit", 10)]


@every_sign_in
def test_in_checkout_the_guest_goes_on_and_the_older_cart_is_set_aside_with_a_receipt(project: Project, enter: Way):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project, add("TEE"), ship_to())
    cart = guest.in_store("siteA").write(f"/me/carts/{cart['id']}/checkout", {"version": cart["version"]})
    current = enter(project, guest, session)["cart"]
    assert (current["id"], skus(current), current["taxedPrice"]) == (cart["id"], [("TEE", 1)], cart["taxedPrice"])
    parked = project.backend.read(f"/carts/{mine['id']}")
    assert (parked["cartState"], skus(parked)) == ("Active", [("MUG", 1)])
    assert units_of(project, parked) == [("left", "OtherCartInCheckout", 0)]
    placed = (
        project.customer().in_store("siteA").create("/me/orders", {"id": current["id"], "version": current["version"]})
    )
    assert placed["totalPrice"] == money(2500)
    assert project.broken_invariants() == []


@every_sign_in
def test_an_amount_that_no_client_can_read_keeps_the_carts_apart_and_lets_the_customer_in(project: Project, enter: Way):
    most = 2**53 - 1
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project)
    cart = project.admin.change_cart(cart, add("TEE", externalPrice=amount(most)))
    current = enter(project, guest, session)["cart"]
    assert (current["id"], skus(current)) == (mine["id"], [("MUG", 1)])
    left = project.backend.read(f"/carts/{cart['id']}")
    assert (left["customerId"], skus(left), left["totalPrice"]) == (
        project.customer_id("alice"),
        [("TEE", 1)],
        money(most),
    )
    assert units_of(project, left) == [("left", "MergeNotPossible", 0)]
    assert project.broken_invariants() == []


@every_sign_in
def test_a_cart_whose_prices_have_outgrown_every_amount_lets_the_customer_in(project: Project, enter: Way):
    mine = open_cart(project.customer(), "siteA", add("TEE", 999_999))
    guest, session, _ = guest_with(project, add("MUG"))
    tee = project.admin.read("/products/key=TEE")
    at_a = next(
        each for each in tee["masterData"]["current"]["masterVariant"]["prices"] if each["value"]["centAmount"] == 2500
    )
    price = {"value": amount((2**53 - 1) // 999_999 + 1), "channel": at_a["channel"]}
    project.admin.update("/products", tee, action("changePrice", priceId=at_a["id"], price=price, staged=False))
    project.wait_for_caches()
    current = enter(project, guest, session)["cart"]
    assert (current["id"], current["totalPrice"]) == (mine["id"], mine["totalPrice"])
    assert project.broken_invariants() == []
