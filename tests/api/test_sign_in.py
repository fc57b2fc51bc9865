"""Sign-in and sign-up: what a guest had becomes the customer's, at every entry point, and no unit is lost."""

import secrets
from typing import Any

import pytest

from tests.builders import NO_ID, action, add, amount, money, open_cart, order, ship_to, skus
from tests.client import Api, in_parallel, ok, refused
from tests.conftest import Project

MERGE, USE_AS_NEW = "MergeWithExistingCustomerCart", "UseAsNewActiveCustomerCart"


def guest_with(project: Project, *actions: Any, site: str = "siteA") -> tuple[Api, str, Any]:
    session = f"guest-{secrets.token_hex(8)}"
    guest = project.guest(session)
    return guest, session, open_cart(guest, site, *actions)


def login(project: Project, key: str = "alice", *, site: str | None = "siteA", **draft: Any) -> Any:
    backend = project.backend.in_store(site) if site else project.backend
    return backend.post("/login", {"email": f"{key}@example.com", "password": "pw", **draft})


def signed_in(project: Project, key: str = "alice", **draft: Any) -> Any:
    return ok(login(project, key, **draft), 200)


def by_cart(cart: Any) -> dict[str, Any]:
    return {"anonymousCart": {"typeId": "cart", "id": cart["id"]}}


def customers_carts(project: Project, key: str = "alice", state: str = "Active") -> list[Any]:
    where = f'customerId="{project.customer_id(key)}" and cartState="{state}"'
    return project.backend.read("/carts", params={"where": where})["results"]


def test_s1_1_and_s1_12_what_a_guest_put_into_the_cart_is_the_customers_after_signing_in(project: Project):
    _, session, cart = guest_with(project, add("TEE", 2))
    result = signed_in(project, anonymousId=session)
    assert skus(result["cart"]) == [("TEE", 2)]
    assert result["cart"]["customerId"] == project.customer_id("alice")
    assert "anonymousId" not in result["cart"]
    assert result["cart"]["id"] == cart["id"]


def test_s1_1_and_s1_13_a_guests_order_gets_the_customer(project: Project):
    guest, session, _ = guest_with(project)
    placed = order(guest, add("TEE"))
    signed_in(project, anonymousId=session)
    mine = project.customer().in_store("siteA").read("/me/orders")["results"]
    assert [each["id"] for each in mine] == [placed["id"]]
    assert mine[0]["customerId"] == project.customer_id("alice")
    assert "anonymousId" not in mine[0]
    refused(guest.get(f"/me/orders/{placed['id']}"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


def test_s1_4_without_an_own_cart_the_guests_cart_keeps_its_id_and_lines(project: Project):
    _, _, cart = guest_with(project, add("TEE", 2))
    result = signed_in(project, **by_cart(cart))
    assert (result["cart"]["id"], result["cart"]["cartState"]) == (cart["id"], "Active")
    assert [each["id"] for each in result["cart"]["lineItems"]] == [each["id"] for each in cart["lineItems"]]


def test_s1_5_and_s1_8_set_customer_id_assigns_and_does_not_merge(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, _, guests = guest_with(project, add("TEE", 2))
    alice = project.customer_id("alice")
    after = project.backend.change_cart(guests, action("setCustomerId", customerId=alice))
    assert (after["customerId"], skus(after)) == (alice, [("TEE", 2)])
    assert {each["id"] for each in customers_carts(project)} == {mine["id"], guests["id"]}
    assert skus(project.backend.read(f"/carts/{mine['id']}")) == [("MUG", 1)]
    unknown = {"version": after["version"], "actions": [action("setCustomerId", customerId=NO_ID)]}
    refused(project.backend.post(f"/carts/{guests['id']}", unknown), 400, "ReferencedResourceNotFound")
    stale = {"version": 1, "actions": [action("setCustomerId")]}
    refused(project.backend.post(f"/carts/{guests['id']}", stale), 409, "ConcurrentModification")


def test_s1_6_the_cart_is_there_on_every_device(project: Project):
    _, session, cart = guest_with(project, add("TEE", 2))
    signed_in(project, anonymousId=session)
    for device in ("one", "two"):
        there = project.customer(device=device).in_store("siteA").read("/me/current-cart")
        assert (there["id"], skus(there)) == (cart["id"], [("TEE", 2)])


def test_s1_14_and_s1_25_without_naming_it_the_guests_cart_stays_the_guests(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, _, cart = guest_with(project, add("TEE", 2))
    assert signed_in(project)["cart"]["id"] == mine["id"]
    assert guest.in_store("siteA").read("/me/current-cart")["id"] == cart["id"]
    signed_up = project.backend.create("/customers", {"email": "new@example.com", "password": "pw"})
    assert "cart" not in signed_up


@pytest.mark.parametrize("site", [None, "siteA"])
def test_s1_15_sign_in_merges_at_project_level_and_in_a_store(project: Project, site: str | None):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, _ = guest_with(project, add("TEE", 2))
    result = signed_in(project, site=site, anonymousId=session)
    assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1), ("TEE", 2)])


@pytest.mark.parametrize("how", ["anonymousCart", "anonymousCartId", "anonymousId", "key"])
def test_s1_16_the_guests_cart_is_named_by_id_by_key_or_by_its_session(project: Project, how: str):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, cart = guest_with(project, add("TEE", 2))
    if how == "key":
        project.backend.change_cart(cart, action("setKey", key="guests-cart"))
    named: dict[str, dict[str, Any]] = {
        "anonymousCart": by_cart(cart),
        "anonymousCartId": {"anonymousCartId": cart["id"]},
        "anonymousId": {"anonymousId": session},
        "key": {"anonymousCart": {"typeId": "cart", "key": "guests-cart"}},
    }
    result = signed_in(project, **named[how])
    assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1), ("TEE", 2)])


def test_s1_17_a_session_brings_all_its_carts(project: Project):
    guest, session, on_a = guest_with(project, add("TEE"))
    on_d = open_cart(guest, "siteD", add("MUG"))
    signed_in(project, anonymousId=session)
    assert {each["id"] for each in customers_carts(project)} == {on_a["id"], on_d["id"]}
    left = project.backend.read("/carts", params={"where": f'anonymousId="{session}"'})
    assert left["results"] == []


def test_s1_18_another_mode_is_refused_and_nothing_happens(project: Project):
    _, session, cart = guest_with(project, add("TEE"))
    before = project.cart_row(cart["id"])
    response = login(project, anonymousId=session, anonymousCartSignInMode="Merge")
    refused(response, 400, "InvalidField", field="anonymousCartSignInMode")
    assert project.cart_row(cart["id"]) == before


@pytest.mark.parametrize("mode", [None, MERGE])
def test_s1_19_and_s1_26_merging_is_the_default(project: Project, mode: str | None):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, cart = guest_with(project, add("TEE", 2))
    draft = {"anonymousCartSignInMode": mode} if mode else {}
    result = signed_in(project, anonymousId=session, **draft)
    assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1), ("TEE", 2)])
    source = project.backend.read(f"/carts/{cart['id']}")
    assert (source["cartState"], source["mergedInto"]) == ("Merged", mine["id"])
    assert source["customerId"] == project.customer_id("alice")
    assert project.broken_invariants() == []


def test_s1_20_the_target_is_the_most_recently_modified_active_cart(project: Project):
    alice = project.customer_id("alice")
    store = {"typeId": "store", "key": "siteA"}
    older, newer = (
        project.backend.create("/carts", {"currency": "USD", "customerId": alice, "store": store}) for _ in "XY"
    )
    newer = project.backend.in_store("siteA").change_cart(newer, add("PEN"))
    older = project.backend.in_store("siteA").change_cart(older, add("MUG"))
    newer = project.backend.in_store("siteA").change_cart(newer, add("PEN"))
    _, session, _ = guest_with(project, add("TEE"))
    result = signed_in(project, anonymousId=session)
    assert (result["cart"]["id"], skus(result["cart"])) == (newer["id"], [("PEN", 2), ("TEE", 1)])
    assert skus(project.backend.read(f"/carts/{older['id']}")) == [("MUG", 1)]


def test_s1_21_and_s1_22_use_as_new_keeps_both_carts_and_the_guests_is_current(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, cart = guest_with(project, add("TEE", 2))
    result = signed_in(project, anonymousId=session, anonymousCartSignInMode=USE_AS_NEW)
    assert (result["cart"]["id"], skus(result["cart"])) == (cart["id"], [("TEE", 2)])
    assert project.customer().in_store("siteA").read("/me/current-cart")["id"] == cart["id"]
    assert {each["id"] for each in customers_carts(project)} == {mine["id"], cart["id"]}
    assert skus(project.backend.read(f"/carts/{mine['id']}")) == [("MUG", 1)]


def test_s1_23_and_s1_24_sign_up_takes_cart_and_orders_along(project: Project):
    guest, session, _ = guest_with(project)
    placed = order(guest, add("TEE"))
    cart = open_cart(guest, "siteA", add("MUG", 3))
    draft = {"email": "new@example.com", "password": "pw", "anonymousId": session, "anonymousCartSignInMode": MERGE}
    result = project.backend.create("/customers", {**draft, **by_cart(cart)})
    new_id = result["customer"]["id"]
    assert (result["cart"]["id"], result["cart"]["customerId"]) == (cart["id"], new_id)
    assert project.backend.read(f"/orders/{placed['id']}")["customerId"] == new_id


@pytest.mark.parametrize("where", ["/me/login", "/me/signup"])
def test_s1_23_a_guests_token_proves_whose_cart_it_is(project: Project, where: str):
    guest, _, cart = guest_with(project, add("TEE", 2))
    who = {"email": "bob@example.com" if where == "/me/login" else "new@example.com", "password": "pw"}
    result = ok(guest.in_store("siteA").post(where, who))
    assert (result["cart"]["id"], skus(result["cart"])) == (cart["id"], [("TEE", 2)])
    refused(guest.get(f"/me/carts/{cart['id']}"), 404, "ResourceNotFound")


def test_s1_27_absent_and_null_are_the_same(project: Project):
    assert signed_in(project)["customer"]["email"] == "alice@example.com"
    result = signed_in(project, anonymousId=None, anonymousCart=None, anonymousCartSignInMode=None)
    assert "cart" not in result


def test_s1_28_the_answer_holds_the_customer_and_no_secret(project: Project):
    _, session, _ = guest_with(project, add("TEE"))
    response = login(project, anonymousId=session)
    assert response.headers["cache-control"] == "no-store"
    assert set(ok(response, 200)) == {"customer", "cart"}
    assert "argon2" not in response.text
    assert "password" not in ok(response)["customer"]


def test_s1_29_wrong_credentials_change_nothing(project: Project):
    guest, session, cart = guest_with(project, add("TEE"))
    before = project.cart_row(cart["id"])
    refused(login(project, anonymousId=session, password="wrong"), 400, "InvalidCredentials")
    refused(login(project, "nobody", anonymousId=session), 400, "InvalidCredentials")
    assert project.cart_row(cart["id"]) == before
    assert guest.in_store("siteA").read("/me/current-cart")["id"] == cart["id"]


@pytest.mark.parametrize(("guests", "mine", "merged"), [(2, 3, 3), (5, 3, 5), (4, 4, 4)])
def test_s1_30_a_line_in_both_carts_keeps_the_larger_quantity(project: Project, guests: int, mine: int, merged: int):
    open_cart(project.customer(), "siteA", add("TEE", mine))
    _, session, _ = guest_with(project, add("TEE", guests))
    assert skus(signed_in(project, anonymousId=session)["cart"]) == [("TEE", merged)]


@pytest.mark.parametrize(
    ("policy", "merged"),
    [("max", [("TEE", 3)]), ("sum", [("TEE", 5)]), ("guest", [("TEE", 2)]), ("customer", [("TEE", 3)]),
     ("separate", [("TEE", 3), ("TEE", 2)])],
)  # fmt: skip
def test_s1_30_another_quantity_policy_may_be_named(project: Project, policy: str, merged: Any):
    open_cart(project.customer(), "siteA", add("TEE", 3))
    _, session, _ = guest_with(project, add("TEE", 2))
    assert skus(signed_in(project, anonymousId=session, quantityPolicy=policy)["cart"]) == merged


def test_s1_31_and_s4_25_lines_that_differ_in_fields_or_site_stay_apart(project: Project):
    engraved = {"type": {"typeId": "type", "key": "configuration"}, "fields": {"engraving": "A"}}
    open_cart(project.customer(), "siteB", add("SHIRT"))
    open_cart(project.customer(), "siteA", add("TEE"))
    _, session, _ = guest_with(project, add("TEE", custom=engraved), add("SHIRT"))
    lines = signed_in(project, anonymousId=session)["cart"]["lineItems"]
    assert [(each["variant"]["sku"], each["siteId"], "custom" in each) for each in lines] == [
        ("SHIRT", "siteB", False),
        ("TEE", "siteA", False),
        ("TEE", "siteA", True),
        ("SHIRT", "siteA", False),
    ]


def test_s1_32_a_merged_cart_takes_no_further_operation(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, cart = guest_with(project, add("TEE"))
    signed_in(project, anonymousId=session)
    merged = project.backend.read(f"/carts/{cart['id']}")
    assert (merged["cartState"], merged["status"]) == ("Merged", "Merged")
    before = project.cart_row(cart["id"])
    body = {"version": merged["version"], "actions": [add("PEN")]}
    error = refused(project.backend.post(f"/carts/{cart['id']}", body), 400, "InvalidOperation", "CartMerged")
    assert error["successor"] == mine["id"]
    version = {"params": {"version": merged["version"]}}
    refused(project.backend.delete(f"/carts/{cart['id']}", **version), 400, "InvalidOperation", "CartMerged")
    assert project.cart_row(cart["id"]) == before


def test_s1_33_cart_and_session_must_belong_together(project: Project):
    _, session, _ = guest_with(project, add("TEE"))
    _, _, others = guest_with(project, add("MUG"))
    before = project.counts()
    response = login(project, anonymousId=session, **by_cart(others))
    refused(response, 400, "InvalidOperation", "AnonymousSessionMismatch")
    assert project.counts() == before


def test_s1_34_prices_are_of_now_and_a_product_off_offer_is_gone(project: Project):
    _, session, _ = guest_with(project, add("TEE"), add("MUG"))
    tee, mug = (project.admin.read(f"/products/key={key}") for key in ("TEE", "MUG"))
    at_a = next(
        each for each in tee["masterData"]["current"]["masterVariant"]["prices"] if each["value"]["centAmount"] == 2500
    )
    price = {"value": amount(2600), "channel": at_a["channel"]}
    project.admin.update("/products", tee, action("changePrice", priceId=at_a["id"], price=price, staged=False))
    project.admin.update("/products", mug, action("unpublish"))
    project.wait_for_caches()
    cart = signed_in(project, anonymousId=session)["cart"]
    assert skus(cart) == [("TEE", 1)]
    assert cart["totalPrice"] == money(2600)
    assert project.broken_invariants() == []


def test_s1_35_repeating_a_sign_in_is_harmless(project: Project):
    open_cart(project.customer(), "siteA", add("TEE", 3))
    _, session, cart = guest_with(project, add("TEE", 2), add("MUG"))
    for named in ({"anonymousId": session}, by_cart(cart), {"anonymousId": session, **by_cart(cart)}):
        result = signed_in(project, **named)
        assert skus(result["cart"]) == [("TEE", 3), ("MUG", 1)]
    assert signed_in(project, anonymousId=session)["cart"] == result["cart"]


def test_s1_36_another_customers_cart_cannot_be_taken(project: Project):
    bobs = open_cart(project.customer("bob"), "siteA", add("TEE"))
    before = project.cart_row(bobs["id"])
    refused(login(project, **by_cart(bobs)), 400, "ReferencedResourceNotFound", typeId="cart")
    refused(login(project, anonymousCartId=NO_ID), 400, "ReferencedResourceNotFound")
    refused(login(project, anonymousCartId="none"), 400, "ReferencedResourceNotFound")
    assert project.cart_row(bobs["id"]) == before


def test_s1_37_the_email_is_case_insensitive_and_unique(project: Project):
    _, session, cart = guest_with(project, add("TEE"))
    before = project.cart_row(cart["id"])
    taken = {"email": "Alice@Example.com", "password": "pw", "anonymousId": session}
    refused(project.backend.post("/customers", taken), 400, "DuplicateField", field="email")
    assert project.cart_row(cart["id"]) == before
    assert signed_in(project, email="ALICE@example.COM", anonymousId=session)["cart"]["id"] == cart["id"]


def test_s1_38_a_customer_of_another_store_cannot_sign_in_here(project: Project):
    only_d = {"email": "d@example.com", "password": "pw", "stores": [{"typeId": "store", "key": "siteD"}]}
    project.backend.create("/customers", only_d)
    refused(login(project, "d", site="siteA"), 400, "InvalidCredentials")
    assert ok(login(project, "d", site="siteD"), 200)["customer"]["email"] == "d@example.com"


def test_an_own_cart_that_never_had_an_item_does_not_count(project: Project):
    empty = open_cart(project.customer(), "siteA")
    _, session, cart = guest_with(project, add("TEE"))
    result = signed_in(project, anonymousId=session)
    assert result["cart"]["id"] == cart["id"]
    gone = project.backend.read(f"/carts/{empty['id']}")
    assert (gone["cartState"], gone["mergedInto"]) == ("Merged", cart["id"])


@pytest.mark.parametrize("mode", [MERGE, USE_AS_NEW])
def test_an_empty_guest_cart_never_displaces_a_filled_one(project: Project, mode: str):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, _ = guest_with(project)
    result = signed_in(project, anonymousId=session, anonymousCartSignInMode=mode)
    assert (result["cart"]["id"], skus(result["cart"])) == (mine["id"], [("MUG", 1)])


def test_signing_in_within_checkout_keeps_the_cart_and_parks_the_older_one(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    guest, session, cart = guest_with(project, add("TEE"), ship_to())
    guest.in_store("siteA").write(f"/me/carts/{cart['id']}/checkout", {"version": cart["version"]})
    result = signed_in(project, anonymousId=session)
    assert (result["cart"]["id"], skus(result["cart"])) == (cart["id"], [("TEE", 1)])
    parked = project.backend.read(f"/carts/{mine['id']}")
    assert (parked["cartState"], skus(parked)) == ("Active", [("MUG", 1)])
    assert parked["name"].startswith("Parked ")


def test_b_c13_a_backend_merges_without_a_sign_in(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, _ = guest_with(project, add("TEE", 2))
    path = f"/carts/customer-id={project.customer_id('alice')}/merge"
    refused(project.backend.post(path, {}), 400, "RequiredField", field="anonymousCart")
    cart = project.backend.in_store("siteA").write(path, {"anonymousId": session})
    assert (cart["id"], skus(cart)) == (mine["id"], [("MUG", 1), ("TEE", 2)])


def test_two_sign_ins_at_once_merge_once(project: Project):
    open_cart(project.customer(), "siteA", add("MUG"))
    _, session, _ = guest_with(project, add("TEE", 2))
    results = in_parallel([lambda: signed_in(project, anonymousId=session)] * 6)
    assert {tuple(skus(each["cart"])) for each in results} == {(("MUG", 1), ("TEE", 2))}
    assert project.sql.value("SELECT count(*) FROM merges WHERE project = $1", project.key) == 1
    assert project.broken_invariants() == []


@pytest.mark.parametrize("sites", [("siteA", "siteD"), ("siteD", "siteA"), ("siteC", "siteA", "siteD")])
@pytest.mark.parametrize("customer_has", ["nothing", "a cart everywhere"])
def test_s1_28_without_a_site_the_cart_that_was_last_modified_is_answered(
    project: Project, sites: tuple[str, ...], customer_has: str
):
    if customer_has != "nothing":
        for site in sorted(sites):
            open_cart(project.customer(), site, add("MUG"))
    session = f"guest-{secrets.token_hex(8)}"
    for site in sites:
        open_cart(project.guest(session), site, add("TEE"))
    cart = ok(login(project, site=None, anonymousId=session), 200)["cart"]
    assert cart["siteId"] == sites[-1]
    assert ("TEE", 1) in skus(cart)
