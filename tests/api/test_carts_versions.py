"""Versions, updates without one, and idempotency keys: no change is lost, and none is made twice."""

import pytest

from tests.builders import NO_ID, action, add, change_quantity, money, open_cart, remove, ship_to, skus, submit
from tests.client import Api, ok, refused
from tests.conftest import Project


def test_s3_10_the_version_rises_by_one_for_each_action_that_changes_something(project: Project):
    alice = project.customer().in_store("siteA")
    cart = open_cart(alice)
    changed = alice.change_my_cart(cart, add("TEE"), add("MUG"), action("setCustomerEmail", email="a@example.com"))
    assert changed["version"] == cart["version"] + 3
    assert changed["lastModifiedAt"] >= cart["lastModifiedAt"]
    assert changed["status"] == "Cart"
    same = alice.change_my_cart(changed, action("setCustomerEmail", email="a@example.com"))
    assert same == changed
    assert project.counts()["events"] == 2


def test_a_stale_version_is_refused_with_the_current_one(project: Project):
    alice = project.customer()
    old = open_cart(alice)
    new = alice.change_my_cart(old, add("TEE"))
    before, counts = project.cart_row(old["id"]), project.counts()
    for stale in (old["version"], new["version"] + 1, 0, -1, 2**62):
        response = alice.post(f"/me/carts/{old['id']}", {"version": stale, "actions": [add("TEE")]})
        error = refused(response, 409, "ConcurrentModification")
        assert error["currentVersion"] == new["version"]
    refused(alice.delete(f"/me/carts/{old['id']}", params={"version": old["version"]}), 409, "ConcurrentModification")
    assert project.cart_row(old["id"]) == before
    assert project.counts() == counts


def test_actions_are_all_or_nothing_and_in_order(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    before = project.cart_row(cart["id"])
    update = {"version": cart["version"], "actions": [add("MUG"), ship_to(), add("UNKNOWN")]}
    refused(alice.post(f"/me/carts/{cart['id']}", update), 400, "InvalidInput")
    assert project.cart_row(cart["id"]) == before
    line = cart["lineItems"][0]
    cart = alice.change_my_cart(cart, change_quantity(line, 5), remove(line, quantity=2), change_quantity(line, 4))
    assert skus(cart) == [("TEE", 4)]


def test_without_a_version_actions_that_need_no_base_are_done(project: Project):
    alice = project.customer()
    cart = open_cart(alice)
    path = f"/me/carts/{cart['id']}"
    actions = [add("TEE", 2), ship_to(), action("setBillingAddress"), action("setCustomerEmail", email="a@b.example")]
    changed = alice.write(path, {"actions": actions})
    assert skus(changed) == [("TEE", 2)]
    assert changed["customerEmail"] == "a@b.example"
    emptied = alice.write(path, {"actions": [remove(changed["lineItems"][0])]})
    assert emptied["lineItems"] == []


@pytest.mark.parametrize("name", ["quantity", "some", "locale", "order", "method", "custom field"])
def test_without_a_version_actions_that_say_what_a_value_becomes_are_refused(project: Project, name: str):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE", 3))
    line = cart["lineItems"][0]
    actions = {
        "quantity": change_quantity(line, 2),
        "some": remove(line, quantity=1),
        "locale": action("setLocale", locale="en-US"),
        "order": action("changeLineItemsOrder", lineItemOrder=[line["id"]]),
        "method": action("setShippingMethod"),
        "custom field": action("setCustomField", name="PoNumber", value="7"),
    }
    before = project.cart_row(cart["id"])
    response = alice.post(f"/me/carts/{cart['id']}", {"actions": [add("MUG"), actions[name]]})
    refused(response, 400, "RequiredField", field="version")
    assert project.cart_row(cart["id"]) == before


def test_an_unknown_cart_is_not_found(project: Project):
    update = {"version": 1, "actions": [add("TEE")]}
    for caller in (project.admin, project.backend):
        for name in (NO_ID, "no-uuid", "key=nothing", NO_ID.upper()):
            refused(caller.get(f"/carts/{name}"), 404, "ResourceNotFound")
            refused(caller.post(f"/carts/{name}", update), 404, "ResourceNotFound")
            refused(caller.delete(f"/carts/{name}", params={"version": 1}), 404, "ResourceNotFound")


def test_a_cart_of_another_project_is_not_found(project: Project, other_project: Project):
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    refused(other_project.admin.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    update = {"version": cart["version"], "actions": [add("TEE")]}
    refused(other_project.admin.post(f"/carts/{cart['id']}", update), 404, "ResourceNotFound")
    with_token = project.admin.on_project(other_project.key)
    refused(with_token.get(f"/carts/{cart['id']}"), 403, "insufficient_scope")
    refused(with_token.post(f"/carts/{cart['id']}", update), 403, "insufficient_scope")
    assert project.admin.read(f"/carts/{cart['id']}") == cart


def test_a_delete_needs_the_version(project: Project):
    cart = open_cart(project.customer(), "siteA", add("TEE"))
    admin = project.admin
    refused(admin.delete(f"/carts/{cart['id']}"), 400, "RequiredField", field="version")
    refused(admin.delete(f"/carts/{cart['id']}", params={"version": "x"}), 400, "InvalidField", field="version")
    refused(admin.delete(f"/carts/{cart['id']}", params={"version": 1}), 409, "ConcurrentModification")
    assert ok(admin.delete(f"/carts/{cart['id']}", params={"version": cart["version"]}), 200) == cart
    refused(admin.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")


def with_key(api: Api, key: str) -> Api:
    return api.with_headers(Idempotency_Key=key)


def test_a_repeated_idempotency_key_gets_the_first_answer_and_adds_nothing(project: Project):
    alice = with_key(project.customer(), "k-1")
    cart = open_cart(project.customer())
    update = {"actions": [add("TEE")]}
    first = alice.post(f"/me/carts/{cart['id']}", update)
    again = alice.post(f"/me/carts/{cart['id']}", update)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert skus(project.customer().read(f"/me/carts/{cart['id']}")) == [("TEE", 1)]
    assert project.counts()["events"] == 2


def test_a_created_cart_is_created_once_per_key(project: Project):
    admin = with_key(project.admin, "make")
    first = admin.create("/carts", {"currency": "USD"})
    assert admin.create("/carts", {"currency": "USD"}) == first
    assert project.counts()["carts"] == 1


def test_an_idempotency_key_for_another_request_is_refused(project: Project):
    cart = open_cart(project.customer())
    alice = with_key(project.customer(), "k-1")
    alice.write(f"/me/carts/{cart['id']}", {"actions": [add("TEE")]})
    before = project.cart_row(cart["id"])
    response = alice.post(f"/me/carts/{cart['id']}", {"actions": [add("TEE", 2)]})
    refused(response, 400, "InvalidOperation", "IdempotencyKeyReused")
    assert project.cart_row(cart["id"]) == before


def test_a_key_holds_for_one_caller_and_one_resource(project: Project):
    one, two = open_cart(project.customer("alice")), open_cart(project.customer("bob"))
    for who, cart in (("alice", one), ("bob", two)):
        changed = with_key(project.customer(who), "same").write(f"/me/carts/{cart['id']}", {"actions": [add("MUG")]})
        assert changed["id"] == cart["id"]


def test_a_refused_request_leaves_its_key_free(project: Project):
    cart = open_cart(project.customer())
    alice = with_key(project.customer(), "k-1")
    refused(alice.post(f"/me/carts/{cart['id']}", {"actions": [add("UNKNOWN")]}), 400, "InvalidInput")
    assert skus(alice.write(f"/me/carts/{cart['id']}", {"actions": [add("TEE")]})) == [("TEE", 1)]


def test_a_replay_answers_even_after_the_cart_has_moved_on(project: Project):
    cart = open_cart(project.customer(), "siteA", ship_to())
    keyed = with_key(project.customer(), "k-1")
    update = {"version": cart["version"], "actions": [add("TEE")]}
    first = keyed.write(f"/me/carts/{cart['id']}", update)
    ok(submit(project.customer(), first), 201)
    assert keyed.write(f"/me/carts/{cart['id']}", update) == first


@pytest.mark.parametrize("key", ["", "k" * 257])
def test_a_malformed_idempotency_key_is_refused(project: Project, key: str):
    response = with_key(project.admin, key).post("/carts", {"currency": "USD"})
    refused(response, 400, "InvalidInput")
    assert project.counts()["carts"] == 0


def test_events_are_written_with_every_change(project: Project):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("MUG"))
    alice.change_my_cart(cart, remove(cart["lineItems"][0]))
    rows = project.sql.rows(
        "SELECT version_from, version_to FROM events WHERE project = $1 ORDER BY version_to", project.key
    )
    assert [(row["version_from"], row["version_to"]) for row in rows] == [(0, 1), (1, 3), (3, 4)]
    assert project.broken_invariants() == []


async def test_an_add_takes_two_statements_and_a_read_one(project: Project, in_process, stores):
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    headers = {"Authorization": f"Bearer {alice.token}"}
    path = f"/{project.key}/in-store/key=siteA/me/carts/{cart['id']}"
    update = {"version": cart["version"], "actions": [add("TEE")]}
    await in_process.get(path, headers=headers)
    sent = stores.database.statements_sent
    response = await in_process.get(path, headers=headers)
    assert response.status_code == 200
    read = stores.database.statements_sent - sent
    response = await in_process.post(path, json={"actions": update["actions"]}, headers=headers)
    assert response.json()["totalPrice"] == money(5000)
    sent = stores.database.statements_sent
    await in_process.post(path, json={"actions": update["actions"]}, headers=headers)
    assert (read, stores.database.statements_sent - sent) == (1, 2)
