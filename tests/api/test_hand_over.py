"""A guest's cart goes to another domain of the group by a link: once, soon, and to nobody else."""

from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from handcart.store.compression import decompress
from tests.builders import action, add, amount, lines_on, money, open_cart, remove, ship_to, skus, submit
from tests.client import Api, in_parallel, ok, refused
from tests.conftest import Project

INVALID = ("InvalidOperation", "HandOverInvalid")


def link_from(guest: Api, to_site: str = "siteC", *, site: str = "siteA") -> str:
    return guest.in_store(site).create("/me/hand-over", {"toSite": to_site})["link"]


def token_of(link: str) -> str:
    (token,) = parse_qs(urlsplit(link).query)["handOver"]
    return token


def token_from(guest: Api, to_site: str = "siteC", *, site: str = "siteA") -> str:
    return token_of(link_from(guest, to_site, site=site))


def accept(guest: Api, token: str, site: str = "siteC", **options: Any):
    return guest.in_store(site).post("/me/hand-over/accept", {"token": token}, **options)


def links(project: Project) -> list[dict[str, Any]]:
    return project.sql.rows("SELECT * FROM hand_overs WHERE project = $1 ORDER BY created_at", project.key)


def age(project: Project, seconds: int) -> None:
    """Make all links older."""
    project.sql.execute(
        "UPDATE hand_overs SET expires_at = expires_at - $2 * interval '1 second' WHERE project = $1",
        project.key,
        seconds,
    )


def test_s4_14_the_link_leads_to_the_other_domain_and_lives_five_minutes(project: Project):
    guest = project.guest("the-secret-of-this-guest")
    cart = open_cart(guest, "siteA", add("TEE"))
    before = project.cart_row(cart["id"])
    answer = guest.in_store("siteA").create("/me/hand-over", {"toSite": "siteC"})
    assert set(answer) == {"link", "expiresAt"}
    assert answer["link"].startswith("https://www.mycompanytwo.com/?handOver=")
    (kept,) = links(project)
    assert (kept["expires_at"] - kept["created_at"]).total_seconds() == 300
    assert len(token_of(answer["link"])) == 43
    assert project.cart_row(cart["id"]) == before
    back = project.guest()
    open_cart(back, "siteC", add("TEE"))
    assert link_from(back, "siteM", site="siteC").startswith("https://www.example.com/mx?handOver=")


def test_neither_the_link_nor_the_database_tells_the_secrets(project: Project):
    guest = project.guest("the-secret-of-this-guest")
    open_cart(guest, "siteA", add("TEE"))
    link = link_from(guest)
    assert "the-secret-of-this-guest" not in link
    kept = project.sql.value("SELECT string_agg(h::text, ' ') FROM hand_overs h WHERE project = $1", project.key)
    assert token_of(link) not in kept
    other = guest.in_store("siteA").post("/me/hand-over", {"toSite": "siteC"}, headers={"Idempotency-Key": "k"})
    again = guest.in_store("siteA").post("/me/hand-over", {"toSite": "siteC"}, headers={"Idempotency-Key": "k"})
    assert other.json()["link"] != again.json()["link"]
    assert project.sql.value("SELECT count(*) FROM answers WHERE project = $1", project.key) == 0


def test_s4_14_the_cart_goes_to_the_session_that_follows_the_link(project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE", 2), add("MUG"), ship_to())
    answer = ok(accept(there, token_from(here)), 200)
    assert set(answer) == {"cart"}
    moved = answer["cart"]
    assert (moved["id"], moved["version"]) == (cart["id"], cart["version"] + 1)
    assert lines_on(moved) == [("TEE", "siteA", 2), ("MUG", "siteA", 1)]
    assert (moved["siteId"], moved["createSiteId"], moved["scope"]) == ("siteC", "siteA", "group:G1")
    assert (moved["totalPrice"], moved["pricedFor"]["siteId"]) == (money(8800), "siteC")
    assert moved["shippingAddress"] == cart["shippingAddress"]
    assert there.in_store("siteC").read("/me/current-cart") == moved
    refused(here.in_store("siteA").get(f"/me/carts/{cart['id']}"), 404, "ResourceNotFound")
    refused(here.in_store("siteA").get("/me/current-cart"), 404, "ResourceNotFound")
    update = {"actions": [add("PEN")]}
    refused(here.in_store("siteA").post(f"/me/carts/{cart['id']}", update), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


def test_s4_32_stock_of_a_handed_over_cart_is_taken_from_where_its_lines_were_added(project: Project):
    here, there = project.guest(), project.guest()
    open_cart(here, "siteA", add("TEE", 2), ship_to())
    cart = ok(accept(there, token_from(here)), 200)["cart"]
    cart = there.in_store("siteC").change_my_cart(cart, add("TEE", 3))
    made = ok(submit(there, cart, "siteC"), 201)
    assert lines_on(made) == [("TEE", "siteA", 2), ("TEE", "siteC", 3)]
    assert (made["siteId"], made["createSiteId"], made["totalPrice"]) == ("siteC", "siteA", money(20000))
    assert (project.stock("TEE", "stockA"), project.stock("TEE", "stockC")) == (98, 97)


def test_the_cart_that_is_there_already_takes_the_lines_in(project: Project):
    here, there = project.guest(), project.guest()
    source = open_cart(here, "siteA", add("TEE", 2), add("NOLIST"))
    target = open_cart(there, "siteC", add("MUG"))
    answer = ok(accept(there, token_from(here)), 200)
    cart, merge = answer["cart"], answer["merge"]
    assert (cart["id"], cart["mergeReceipt"]) == (target["id"], merge["id"])
    assert lines_on(cart) == [("MUG", "siteC", 1), ("TEE", "siteA", 2), ("NOLIST", "siteA", 1)]
    assert cart["lineItems"][2]["pricingError"]["siteId"] == "siteC"
    assert cart["totalPrice"] == money(8800)
    assert (merge["sources"], merge["target"]) == ([source["id"]], target["id"])
    assert [(each["sku"], each["outcome"]) for each in merge["units"]] == [
        ("MUG", "kept"),
        ("TEE", "moved"),
        ("NOLIST", "moved"),
    ]
    closed = project.backend.read(f"/carts/{source['id']}")
    assert (closed["cartState"], closed["mergedInto"]) == ("Merged", target["id"])
    refused(here.get(f"/me/carts/{source['id']}"), 404, "ResourceNotFound")
    assert there.read(f"/me/carts/{source['id']}")["cartState"] == "Merged"
    assert project.backend.read(f"/merges/{merge['id']}") == merge
    assert project.broken_invariants() == []


def test_s1_30_a_line_that_went_and_came_back_keeps_the_larger_quantity(project: Project):
    here, there = project.guest(), project.guest()
    open_cart(here, "siteA", add("TEE", 2))
    ok(accept(there, token_from(here)), 200)
    open_cart(here, "siteA", add("TEE", 5), add("PEN"))
    answer = ok(accept(here, token_from(there, "siteA", site="siteC"), "siteA"), 200)
    assert lines_on(answer["cart"]) == [("TEE", "siteA", 5), ("PEN", "siteA", 1)]
    assert [(each["sku"], each["outcome"]) for each in answer["merge"]["units"]] == [
        ("TEE", "kept"),
        ("PEN", "kept"),
        ("TEE", "max"),
    ]
    assert project.broken_invariants() == []


def test_a_cart_that_was_only_opened_there_does_not_count(project: Project):
    here, there = project.guest(), project.guest()
    cart, opened = open_cart(here, "siteA", add("TEE")), open_cart(there, "siteC")
    answer = ok(accept(there, token_from(here)), 200)
    assert answer["cart"]["id"] == cart["id"]
    assert "merge" not in answer
    assert there.in_store("siteC").read("/me/current-cart")["id"] == cart["id"]
    assert project.backend.read(f"/carts/{opened['id']}")["mergedInto"] == cart["id"]
    assert project.broken_invariants() == []


def test_what_is_added_after_the_link_was_made_comes_along(project: Project):
    here, there = project.guest(), project.guest()
    open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    open_cart(here, "siteA", add("PEN"))
    assert skus(ok(accept(there, token), 200)["cart"]) == [("TEE", 1), ("PEN", 1)]


def test_one_session_on_both_domains_may_take_its_own_cart_along(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    moved = ok(accept(guest, token_from(guest)), 200)["cart"]
    assert moved["id"] == cart["id"]
    assert guest.in_store("siteC").read("/me/current-cart")["id"] == cart["id"]
    refused(guest.in_store("siteA").get("/me/current-cart"), 404, "ResourceNotFound")


def test_a_link_works_once(project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    ok(accept(there, token), 200)
    before, counts = project.cart_row(cart["id"]), project.counts()
    for guest in (there, here, project.guest()):
        refused(accept(guest, token), 400, "InvalidOperation", "HandOverUsed")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts


def test_a_repeated_request_gets_the_first_answer(project: Project):
    here, there = project.guest(), project.guest()
    open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    first, again = (accept(there, token, headers={"Idempotency-Key": "landing"}) for _ in range(2))
    assert ok(first, 200) == ok(again, 200)
    refused(accept(project.guest(), token, headers={"Idempotency-Key": "landing"}), 400, "InvalidOperation")


def test_a_link_expires(project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    age(project, 300)
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(accept(there, token), 400, "InvalidOperation", "HandOverExpired")
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    age(project, -10)
    ok(accept(there, token), 200)


def test_the_project_says_how_long_a_link_works(project: Project):
    project.sql.execute(
        "UPDATE projects SET document = convert_to((convert_from(document, 'UTF8')::jsonb "
        """|| '{"handOverMinutes": 2}')::text, 'UTF8') WHERE key = $1""",
        project.key,
    )
    guest = project.guest()
    open_cart(guest, "siteA", add("TEE"))
    link_from(guest)
    (kept,) = links(project)
    assert (kept["expires_at"] - kept["created_at"]).total_seconds() == 120


@pytest.mark.parametrize("change", ["other", "cut", "longer", "changed", "empty"])
def test_a_token_that_was_tampered_with_is_worth_nothing(project: Project, change: str):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    forged = {
        "other": "A" * 43,
        "cut": token[:-1],
        "longer": token + "A",
        "changed": ("B" if token[0] == "A" else "A") + token[1:],
        "empty": "",
    }[change]
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(accept(there, forged), 400, *INVALID)
    assert project.cart_row(cart["id"]) == before
    assert project.counts() == counts
    ok(accept(there, token), 200)


def test_a_link_holds_on_its_site_and_in_its_project_alone(project: Project, other_project: Project):
    here, there = project.guest(), project.guest()
    open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    for site in ("siteA", "siteB", "siteM", "siteD"):
        refused(accept(there, token, site), 400, *INVALID)
    refused(accept(other_project.guest(), token), 400, *INVALID)
    ok(accept(there, token), 200)


def test_only_where_sites_share_and_domains_differ_is_there_a_link(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    before = project.cart_row(cart["id"])

    def asked(site: str, to_site: Any, *reason: str) -> None:
        refused(guest.in_store(site).post("/me/hand-over", {"toSite": to_site}), 400, *reason)

    asked("siteA", "siteD", "InvalidOperation", "SitesShareNoCart")
    asked("siteD", "siteC", "InvalidOperation", "SitesShareNoCart")
    asked("siteA", "siteB", "InvalidOperation", "CartSharedAlready")
    asked("siteA", "siteA", "InvalidOperation", "CartSharedAlready")
    asked("siteC", "siteA", "InvalidOperation", "NothingToHandOver")
    asked("siteA", "nowhere", "InvalidField")
    asked("siteA", 7, "InvalidField")
    refused(guest.in_store("siteA").post("/me/hand-over", {}), 400, "RequiredField")
    assert links(project) == []
    assert project.cart_row(cart["id"]) == before


def test_an_empty_cart_is_not_handed_over(project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA")
    refused(
        here.in_store("siteA").post("/me/hand-over", {"toSite": "siteC"}), 400, "InvalidOperation", "NothingToHandOver"
    )
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    cart = open_cart(here, "siteA", remove(cart["lineItems"][0]))
    before = project.cart_row(cart["id"])
    refused(accept(there, token), 400, "InvalidOperation", "NothingToHandOver")
    assert project.cart_row(cart["id"]) == before


def test_customers_need_no_link(project: Project):
    alice, guest = project.customer(), project.guest()
    open_cart(alice, "siteA", add("TEE"))
    open_cart(guest, "siteA", add("MUG"))
    reason = ("InvalidOperation", "HandOverForGuestsOnly")
    refused(alice.in_store("siteA").post("/me/hand-over", {"toSite": "siteC"}), 400, *reason)
    token = token_from(guest)
    refused(accept(alice, token), 400, *reason)
    assert skus(alice.in_store("siteC").read("/me/current-cart")) == [("TEE", 1)]
    ok(accept(project.guest(), token), 200)


def test_a_cart_whose_story_is_over_is_not_handed_over(project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"), ship_to())
    token = token_from(here)
    made = ok(submit(here, cart), 201)
    before = project.cart_row(cart["id"])
    refused(accept(there, token), 400, "InvalidOperation", "CartAlreadySubmitted", orderId=made["id"])
    assert project.cart_row(cart["id"]) == before
    refused(there.get(f"/me/orders/{made['id']}"), 404, "ResourceNotFound")


@pytest.mark.parametrize(("name", "reason"), [("lockCart", "CartLocked"), ("freezeCart", "CartFrozen")])
def test_a_cart_that_may_not_be_changed_stays(project: Project, name: str, reason: str):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    project.admin.change_cart(cart, action(name))
    before = project.cart_row(cart["id"])
    refused(accept(there, token), 400, "InvalidOperation", reason)
    assert project.cart_row(cart["id"]) == before


def test_who_has_signed_in_meanwhile_keeps_the_cart(project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    ok(here.in_store("siteA").post("/me/login", {"email": "alice@example.com", "password": "pw"}), 200)
    before = project.cart_row(cart["id"])
    refused(accept(there, token), 400, *INVALID)
    assert project.cart_row(cart["id"]) == before
    assert project.customer().in_store("siteC").read("/me/current-cart")["id"] == cart["id"]


def test_a_handed_over_cart_is_claimed_by_who_signs_in_there(project: Project):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    ok(accept(there, token_from(here)), 200)
    login = {"email": "bob@example.com", "password": "pw"}
    assert "cart" not in ok(here.in_store("siteA").post("/me/login", login), 200)
    signed_in = ok(there.in_store("siteC").post("/me/login", login), 200)
    assert signed_in["cart"]["id"] == cart["id"]
    assert project.broken_invariants() == []


def test_events_tell_the_move_and_not_the_secrets(project: Project):
    here, there = project.guest("the-secret-of-here"), project.guest("the-secret-of-there")
    cart = open_cart(here, "siteA", add("TEE"), add("PEN"))
    ok(accept(there, token_from(here)), 200)
    back, again = project.guest("the-secret-of-back"), project.guest("the-secret-of-back")
    open_cart(back, "siteA", add("MUG"))
    ok(accept(again, token_from(there, "siteA", site="siteC"), "siteA"), 200)
    history = project.backend.read(f"/carts/{cart['id']}/history")["results"]
    assert [each["kind"] for each in history[:2]] == ["CartMerged", "CartHandedOver"]
    assert history[1]["siteId"] == "siteC"
    assert ("siteId", "siteA", "siteC") in [
        (each["path"], each.get("before"), each.get("after")) for each in history[1]["changes"]
    ]
    said = b"".join(
        decompress(row["body"]) + (row["personal"] or b"")
        for row in project.sql.rows("SELECT body, personal FROM events WHERE project = $1", project.key)
    )
    said += b"".join(
        row["document"] for row in project.sql.rows("SELECT document FROM merges WHERE project = $1", project.key)
    )
    assert b"the-secret" not in said
    assert project.broken_invariants() == []


def test_when_the_merge_is_taken_back_both_carts_are_the_guests_who_followed_the_link(project: Project):
    here, there = project.guest(), project.guest()
    source, target = open_cart(here, "siteA", add("TEE")), open_cart(there, "siteC", add("MUG"))
    merge = ok(accept(there, token_from(here)), 200)["merge"]
    open_cart(there, "siteC", add("PEN"))
    project.backend.write(f"/merges/{merge['id']}/undo")
    assert lines_on(there.in_store("siteC").read(f"/me/carts/{target['id']}")) == [
        ("MUG", "siteC", 1),
        ("PEN", "siteC", 1),
    ]
    assert lines_on(there.in_store("siteA").read(f"/me/carts/{source['id']}")) == [("TEE", "siteA", 1)]
    refused(here.in_store("siteA").get(f"/me/carts/{source['id']}"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_follow_one_link_at_once_one_gets_the_cart(project: Project, turn: int):
    here, theirs = project.guest(), [project.guest() for _ in range(4)]
    cart = open_cart(here, "siteA", add("TEE", 2))
    token = token_from(here)
    responses = in_parallel([partial(accept, each, token) for each in theirs])
    assert sorted(each.status_code for each in responses) == [200, 400, 400, 400]
    for guest, response in zip(theirs, responses, strict=True):
        found = guest.in_store("siteC").get("/me/current-cart")
        if response.status_code == 200:
            assert ok(found, 200)["id"] == cart["id"]
        else:
            refused(response, 400, "InvalidOperation", "HandOverUsed")
            refused(found, 404, "ResourceNotFound")
    assert project.broken_invariants() == []


@pytest.mark.parametrize("turn", range(4))
def test_what_is_added_while_the_cart_moves_is_in_it_or_refused(project: Project, turn: int):
    here, there = project.guest(), project.guest()
    cart = open_cart(here, "siteA", add("TEE"))
    if turn % 2:
        open_cart(there, "siteC", add("MUG"))
    token = token_from(here)
    prices = range(1, 9)
    path = f"/carts/{cart['id']}"
    calls: list[Any] = [
        partial(project.admin.post, path, {"actions": [add("PEN", externalPrice=amount(each))]}) for each in prices
    ]
    calls.insert(2 * turn, partial(accept, there, token))
    responses = in_parallel(calls)
    moved = ok(responses.pop(2 * turn), 200)["cart"]
    done = [each for each, response in zip(prices, responses, strict=True) if response.status_code == 200]
    for response in responses:
        if response.status_code != 200:
            refused(response, 400, "InvalidOperation", "CartMerged")
    now = project.admin.read(f"/carts/{moved['id']}")
    came = [line["price"]["value"]["centAmount"] for line in now["lineItems"] if line["variant"]["sku"] == "PEN"]
    assert sorted(came) == done
    assert project.broken_invariants() == []


@pytest.mark.parametrize("turn", range(4))
def test_a_sign_in_and_a_hand_over_at_once_leave_the_cart_in_one_place(project: Project, turn: int):
    here, there = project.guest(), project.guest()
    open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    login = {"email": "alice@example.com", "password": "pw"}
    calls = [partial(here.in_store("siteA").post, "/me/login", login), partial(accept, there, token)]
    signed_in, accepted = in_parallel(calls)
    ok(signed_in, 200)
    if accepted.status_code == 200:
        assert "cart" not in signed_in.json()
        assert skus(there.in_store("siteC").read("/me/current-cart")) == [("TEE", 1)]
    else:
        refused(accepted, 400, *INVALID)
        assert skus(signed_in.json()["cart"]) == [("TEE", 1)]
        refused(there.in_store("siteC").get("/me/current-cart"), 404, "ResourceNotFound")
    assert project.broken_invariants() == []


@pytest.mark.parametrize("turn", range(3))
def test_a_first_access_and_a_hand_over_at_once_leave_one_current_cart(project: Project, turn: int):
    here, there = project.guest(), project.guest()
    open_cart(here, "siteA", add("TEE"))
    token = token_from(here)
    calls: list[Any] = [partial(there.in_store("siteC").post, "/me/current-cart", {})] * 3
    calls.insert(turn, partial(accept, there, token))
    assert [each.status_code for each in in_parallel(calls) if not each.is_success] == []
    active = there.read("/me/carts", params={"where": 'cartState = "Active"'})["results"]
    assert [skus(each) for each in active] == [[("TEE", 1)]]
    assert project.broken_invariants() == []
