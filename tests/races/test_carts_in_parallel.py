"""Many hands at once: one cart, no lost line, nothing added twice, one order."""

from functools import partial
from typing import Any

import pytest

from tests.builders import action, add, amount, open_cart, order, ship_to, skus, submit
from tests.client import Api, in_parallel, ok, refused
from tests.conftest import Project


@pytest.mark.parametrize("who", ["guest", "alice"])
def test_s3_3_twenty_first_requests_make_one_cart(project: Project, who: str):
    shopper = (project.guest() if who == "guest" else project.customer(who)).in_store("siteA")
    responses = in_parallel([partial(shopper.post, "/me/current-cart")] * 20)
    assert {response.status_code for response in responses} == {200, 201}
    assert [response.status_code for response in responses].count(201) == 1
    assert len({response.json()["id"] for response in responses}) == 1
    assert project.counts()["carts"] == 1
    assert project.broken_invariants() == []


def test_first_requests_on_sites_that_share_make_one_cart(project: Project):
    alice = project.customer()
    sites = ["siteA", "siteB", "siteM", "siteC"] * 4
    responses = in_parallel([partial(alice.in_store(site).post, "/me/current-cart") for site in sites])
    assert len({ok(response)["id"] for response in responses}) == 1
    assert project.counts()["carts"] == 1


def test_fifty_adds_of_different_lines_without_a_version_are_all_in_it(project: Project):
    admin, cart = project.admin, open_cart(project.customer())
    path = f"/carts/{cart['id']}"
    adds = [add("TEE", externalPrice=amount(number)) for number in range(50)]
    responses = in_parallel([partial(admin.post, path, {"actions": [each]}) for each in adds])
    assert [response.status_code for response in responses] == [200] * 50
    after = admin.read(path)
    assert sorted(line["price"]["value"]["centAmount"] for line in after["lineItems"]) == list(range(50))
    assert after["version"] == cart["version"] + 50
    assert len({response.json()["version"] for response in responses}) == 50
    assert project.broken_invariants() == []


def test_fifty_adds_of_one_line_without_a_version_are_all_counted(project: Project):
    alice = project.customer()
    cart = open_cart(alice)
    in_parallel([partial(alice.write, f"/me/carts/{cart['id']}", {"actions": [add("TEE")]})] * 50)
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 50)]


def test_many_carts_written_at_once_keep_each_its_lines_and_its_chain(project: Project):
    guests = [project.guest() for _ in range(16)]
    carts = [open_cart(guest) for guest in guests]

    def fill(guest: Api, cart: dict[str, Any]) -> Any:
        for number in range(8):
            cart = guest.change_my_cart(cart, add("TEE", number + 1))
        return cart

    filled = in_parallel([partial(fill, guest, cart) for guest, cart in zip(guests, carts, strict=True)])
    assert [skus(cart) for cart in filled] == [[("TEE", 36)]] * 16
    assert [project.admin.read(f"/carts/{cart['id']}") for cart in carts] == filled
    assert project.broken_invariants() == []


def test_of_many_updates_of_one_version_one_is_done(project: Project):
    alice = project.customer()
    cart = open_cart(alice)
    update = {"version": cart["version"], "actions": [add("TEE")]}
    responses = in_parallel([partial(alice.post, f"/me/carts/{cart['id']}", update)] * 20)
    done = [response for response in responses if response.status_code == 200]
    assert len(done) == 1
    for response in responses:
        if response is not done[0]:
            assert refused(response, 409, "ConcurrentModification")["currentVersion"] == cart["version"] + 1
    assert skus(alice.read(f"/me/carts/{cart['id']}")) == [("TEE", 1)]


@pytest.mark.parametrize("how", ["update", "create", "order"])
def test_an_idempotency_key_sent_many_times_at_once_writes_once(project: Project, how: str):
    alice = project.customer().with_headers(Idempotency_Key=f"once-{how}")
    cart = open_cart(project.customer(), "siteA", add("TEE"), ship_to())
    calls = {
        "update": partial(alice.post, f"/me/carts/{cart['id']}", {"actions": [add("TEE")]}),
        "create": partial(alice.post, "/me/carts", {"currency": "USD"}),
        "order": partial(submit, alice, cart),
    }
    before = project.counts()
    responses = in_parallel([calls[how]] * 10)
    for response in responses:
        if not response.is_success:
            refused(response, 409, "ConcurrentModification")
    answers = {response.content for response in responses if response.is_success}
    assert len(answers) == 1
    after = project.counts()
    assert after["events"] == before["events"] + (2 if how == "order" else 1)
    again = calls[how]()
    assert again.content == answers.pop()
    assert project.counts() == after


def test_s3_69_two_orders_at_once_are_one_and_take_the_stock_once(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE", 2), ship_to())
    responses = in_parallel([partial(submit, alice, cart)] * 10)
    assert sorted(response.status_code for response in responses) == [201] + [409] * 9
    assert project.counts()["orders"] == 1
    assert project.stock("TEE", "stockA") == 98
    assert project.broken_invariants() == []


def test_the_last_pieces_are_sold_once(project: Project):
    pickup = {"supplyChannel": {"typeId": "channel", "key": "store107"}}
    shoppers = [project.guest() for _ in range(8)]
    carts = [open_cart(each, "siteA", add("MUG", 1, **pickup), ship_to()) for each in shoppers]
    responses = in_parallel([partial(submit, each, cart) for each, cart in zip(shoppers, carts, strict=True)])
    assert sorted(response.status_code for response in responses) == [201] * 5 + [400] * 3
    for response in responses:
        if response.status_code == 400:
            refused(response, 400, "OutOfStock")
    assert project.stock("MUG", "store107") == 0
    assert project.broken_invariants() == []


def test_orders_of_the_same_things_in_another_order_do_not_block_each_other(project: Project):
    def filled(shopper: Api, *names: str):
        return shopper, open_cart(shopper, "siteA", *(add(name) for name in names), ship_to())

    carts = [filled(project.guest(), *names) for names in [("TEE", "MUG", "PEN"), ("PEN", "MUG", "TEE")] * 6]
    responses = in_parallel([partial(submit, shopper, cart) for shopper, cart in carts])
    assert {response.status_code for response in responses} == {201}
    assert [project.stock(sku, "stockA") for sku in ("TEE", "MUG", "PEN")] == [88, 88, 88]


def test_an_order_and_an_add_at_once_leave_no_line_behind(project: Project):
    for _ in range(5):
        alice = project.customer()
        cart = open_cart(alice, "siteA", add("TEE"), ship_to())
        change = partial(alice.post, f"/me/carts/{cart['id']}", {"actions": [add("MUG")]})
        placed, added = in_parallel([partial(submit, alice, cart), change])
        closed = alice.read(f"/me/carts/{cart['id']}")
        if placed.status_code == 201:
            refused(added, 400, "InvalidOperation", "CartAlreadySubmitted")
            assert skus(closed) == skus(placed.json()) == [("TEE", 1)]
        else:
            refused(placed, 409, "ConcurrentModification")
            assert skus(ok(added, 200)) == skus(closed) == [("TEE", 1), ("MUG", 1)]
            ok(submit(alice, closed), 201)
    assert project.broken_invariants() == []


def test_a_key_is_given_to_one_of_two_carts(project: Project):
    admin = project.admin
    responses = in_parallel([partial(admin.post, "/carts", {"currency": "USD", "key": "only"})] * 8)
    assert sorted(response.status_code for response in responses) == [201] + [400] * 7
    for response in responses:
        if response.status_code == 400:
            refused(response, 400, "DuplicateField", field="key", duplicateValue="only")
    assert project.counts()["carts"] == 1


def test_an_order_number_is_given_once(project: Project):
    admin = project.admin.in_store("siteA")
    draft = {"currency": "USD", "lineItems": [{"sku": "MUG"}], "shippingAddress": {"country": "US"}}
    carts = [admin.create("/carts", draft) for _ in range(6)]
    drafts = [{"id": cart["id"], "version": cart["version"], "orderNumber": "N-1"} for cart in carts]
    responses = in_parallel([partial(admin.post, "/orders", each) for each in drafts])
    assert sorted(response.status_code for response in responses) == [201] + [400] * 5
    assert project.stock("MUG", "stockA") == 99
    assert project.broken_invariants() == []


def test_s3_70_orders_at_once_have_numbers_of_their_own(project: Project):
    shoppers = [project.guest() for _ in range(8)]
    made = in_parallel([partial(order, each, add("TEE")) for each in shoppers])
    assert len({each["orderNumber"] for each in made}) == 8


def test_a_delete_and_a_change_at_once_agree(project: Project):
    alice = project.customer()
    for _ in range(5):
        cart = open_cart(alice, "siteA", action("setLocale"))
        path = f"/me/carts/{cart['id']}"
        changed, deleted = in_parallel(
            [
                partial(alice.post, path, {"actions": [add("TEE")]}),
                partial(alice.delete, path, params={"version": cart["version"]}),
            ]
        )
        if deleted.status_code == 200:
            refused(changed, 404, "ResourceNotFound") if not changed.is_success else None
            refused(alice.get(path), 404, "ResourceNotFound")
        else:
            refused(deleted, 409, "ConcurrentModification")
            assert skus(alice.read(path)) == [("TEE", 1)]
            ok(alice.delete(path, params={"version": changed.json()["version"]}), 200)
    assert project.broken_invariants() == []
