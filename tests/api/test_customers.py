"""Customers over HTTP: read, query, change, delete; in a store, customers of other stores do not exist."""

from typing import Any

import pytest

from tests.client import in_parallel, ok, refused


def customer_row(project: Any, key: str = "alice") -> dict[str, Any]:
    row: dict[str, Any] = project.sql.row("SELECT * FROM customers WHERE project = $1 AND key = $2", project.key, key)
    return row


@pytest.fixture
def alice(project: Any) -> Any:
    return project.backend.read("/customers/key=alice")


def test_a_customer_is_read_by_id_and_by_key_without_a_password(project: Any, alice: Any) -> None:
    assert project.backend.read(f"/customers/{alice['id']}") == alice
    assert alice["email"] == customer_row(project)["email"]
    assert "password" not in alice
    for array in ("addresses", "shippingAddressIds", "billingAddressIds", "customerGroupAssignments", "stores"):
        assert alice[array] == []


def test_a_customer_that_is_not_there_is_404(project: Any, alice: Any) -> None:
    for path in ("/customers/nobody", "/customers/key=nobody", "/customers/01234567-89ab-cdef-0123-456789abcdef"):
        refused(project.backend.get(path), 404, "ResourceNotFound")
        assert project.backend.request("HEAD", path).status_code == 404
        refused(project.backend.post(path, {"version": 1, "actions": []}), 404, "ResourceNotFound")
        refused(project.backend.delete(path, params={"version": 1}), 404, "ResourceNotFound")
    assert project.backend.request("HEAD", f"/customers/{alice['id']}").status_code == 200


def test_a_project_knows_nothing_of_the_customers_of_another(project: Any, other_project: Any, alice: Any) -> None:
    path = f"/customers/{alice['id']}"
    theirs = other_project.backend.read(path)
    project.backend.update("/customers", alice, {"action": "changeEmail", "email": "al@example.com"})
    assert other_project.backend.read(path) == theirs
    assert other_project.backend.read("/customers", params={"where": 'email = "al@example.com"'})["total"] == 0
    ok(project.backend.delete(path, params={"version": 2}), 200)
    assert other_project.backend.read(path) == theirs
    refused(project.backend.on_project(other_project.key).get(path), 403, "insufficient_scope")


def test_customers_are_found_by_what_can_be_queried(project: Any, alice: Any) -> None:
    def found(where: str) -> list[str]:
        page = project.backend.read("/customers", params={"where": where})
        return sorted(each["key"] for each in page["results"])

    assert found(f'email = "{alice["email"].upper()}"') == ["alice"]
    assert found(f'id = "{alice["id"]}"') == ["alice"]
    assert found('key in ("alice", "bob")') == ["alice", "bob"]
    assert found('customerNumber = "none"') == []
    refused(project.backend.get("/customers", params={"where": 'firstName = "A"'}), 400, "InvalidInput")
    page = project.backend.read("/customers", params={"sort": "key asc", "limit": 1, "offset": 1})
    assert (page["limit"], page["offset"], page["count"], page["results"][0]["key"]) == (1, 1, 1, "bob")
    assert project.backend.request("HEAD", "/customers", params={"where": 'key = "alice"'}).status_code == 200
    assert project.backend.request("HEAD", "/customers", params={"where": 'key = "nobody"'}).status_code == 404


def test_an_update_applies_its_actions_in_order_and_counts_them(project: Any, alice: Any) -> None:
    changed = project.backend.update(
        "/customers",
        alice,
        {"action": "setFirstName", "firstName": "Alicia"},
        {"action": "addAddress", "address": {"country": "US", "key": "home"}},
        {"action": "setDefaultShippingAddress", "addressKey": "home"},
        {"action": "setCustomerNumber", "customerNumber": "1001"},
    )
    assert changed["version"] == alice["version"] + 4
    assert changed["firstName"] == "Alicia"
    assert changed["addresses"] == [
        {"id": changed["defaultShippingAddressId"], "country": "US", "key": "home"},
    ]
    assert changed["shippingAddressIds"] == [changed["defaultShippingAddressId"]]
    assert changed["lastModifiedBy"]["clientId"] == "backend"
    assert project.backend.read(f"/customers/{alice['id']}") == changed
    by_number = project.backend.read("/customers", params={"where": 'customerNumber = "1001"'})
    assert by_number["results"] == [changed]


def test_an_update_that_changes_nothing_keeps_the_version(project: Any, alice: Any) -> None:
    assert project.backend.update("/customers", alice, {"action": "setVatId"}) == alice
    assert project.backend.write("/customers/key=alice", {"version": alice["version"], "actions": []}) == alice


def test_of_an_update_that_is_refused_nothing_is_written(project: Any, alice: Any) -> None:
    before = customer_row(project)
    good = {"action": "setFirstName", "firstName": "Alicia"}

    def attempt(*actions: Any, **changes: Any) -> Any:
        body = {"version": alice["version"], "actions": [good, *actions], **changes}
        return project.backend.post(f"/customers/{alice['id']}", body)

    refused(attempt({"action": "removeAddress", "addressId": "none"}), 400, "InvalidInput")
    refused(attempt({"action": "setKey", "key": "bob"}), 400, "DuplicateField", field="key", duplicateValue="bob")
    refused(attempt({"action": "setKey", "key": "a\0b"}), 400, "InvalidField")
    refused(attempt({"action": "setLastName", "surname": "L"}), 400, "InvalidField")
    refused(attempt({"action": "setSurname", "surname": "L"}), 400, "InvalidField")
    refused(attempt({"action": "addStore", "store": {"key": "none"}}), 400, "ReferencedResourceNotFound")
    refused(attempt(version=7), 409, "ConcurrentModification", currentVersion=alice["version"])
    refused(attempt(version=None), 400, "InvalidField")
    refused(attempt(more=1), 400, "InvalidField")
    assert customer_row(project) == before


def test_s1_37_no_two_customers_have_the_same_email_address_in_any_case(project: Any, alice: Any) -> None:
    before, bob = customer_row(project), project.backend.read("/customers/key=bob")
    action = {"action": "changeEmail", "email": bob["email"].title()}
    body = {"version": alice["version"], "actions": [action]}
    refused(project.backend.post(f"/customers/{alice['id']}", body), 400, "DuplicateField", field="email")
    assert customer_row(project) == before
    own = project.backend.update("/customers", alice, {"action": "changeEmail", "email": alice["email"].upper()})
    assert own["email"] == alice["email"].upper()


def test_of_two_updates_at_the_same_version_one_is_refused(project: Any, alice: Any) -> None:
    def set_name(name: str) -> Any:
        body = {"version": alice["version"], "actions": [{"action": "setFirstName", "firstName": name}]}
        return project.backend.post(f"/customers/{alice['id']}", body)

    answers = in_parallel([lambda name=f"name{number}": set_name(name) for number in range(6)])
    assert sorted(each.status_code for each in answers) == [200] + [409] * 5
    (won,) = [each.json() for each in answers if each.status_code == 200]
    assert project.backend.read(f"/customers/{alice['id']}") == won


def test_a_repeated_update_gets_the_first_answer(project: Any, alice: Any) -> None:
    caller = project.backend.with_headers(Idempotency_Key="once")
    body = {"version": alice["version"], "actions": [{"action": "setTitle", "title": "Dr."}]}
    first = caller.write(f"/customers/{alice['id']}", body)
    assert caller.write(f"/customers/{alice['id']}", body) == first
    other = {"version": first["version"], "actions": [{"action": "setTitle", "title": "Prof."}]}
    refused(caller.post(f"/customers/{alice['id']}", other), 400, "InvalidOperation", "IdempotencyKeyReused")
    assert project.backend.read(f"/customers/{alice['id']}") == first


def test_a_deleted_customer_is_gone_and_signed_out(project: Any, alice: Any) -> None:
    shopper = project.customer("alice")
    shopper.read("/me")
    path = f"/customers/{alice['id']}"
    refused(project.backend.delete(path), 400, "RequiredField", field="version")
    refused(project.backend.delete(path, params={"version": 9}), 409, "ConcurrentModification", currentVersion=1)
    refused(project.backend.delete(path, params={"version": 1, "dataErasure": "perhaps"}), 400, "InvalidField")
    shopper.read("/me")
    assert ok(project.backend.delete(path, params={"version": 1, "dataErasure": "true"}), 200) == alice
    refused(project.backend.get(path), 404, "ResourceNotFound")
    refused(shopper.get("/me"), 401, "invalid_token")
    assert project.backend.read("/customers", params={"where": 'key = "alice"'})["total"] == 0


def test_in_a_store_only_its_own_customers_and_those_of_no_store_exist(project: Any, alice: Any) -> None:
    bound = project.backend.update("/customers", alice, {"action": "setStores", "stores": [{"key": "siteD"}]})
    assert bound["stores"] == [{"typeId": "store", "key": "siteD"}]
    here, there = project.backend.in_store("siteD"), project.backend.in_store("siteA")
    update = {"version": bound["version"], "actions": [{"action": "setFirstName", "firstName": "X"}]}
    for path in (f"/customers/{alice['id']}", "/customers/key=alice"):
        assert here.read(path) == bound
        refused(there.get(path), 404, "ResourceNotFound")
        refused(there.post(path, update), 404, "ResourceNotFound")
        refused(there.delete(path, params={"version": bound["version"]}), 404, "ResourceNotFound")
        there.read("/customers/key=bob")
    shopper = project.customer("alice")
    refused(shopper.in_store("siteA").get("/me"), 404, "ResourceNotFound")
    assert shopper.in_store("siteD").read("/me") == bound

    def keys(caller: Any) -> list[str]:
        return [each["key"] for each in caller.read("/customers", params={"sort": "key"})["results"]]

    everyone = keys(project.backend)
    assert keys(here) == everyone
    assert keys(there) == [each for each in everyone if each != "alice"]
    assert there.read("/customers", params={"where": 'key = "alice"'})["total"] == 0
    assert here.write(f"/customers/{alice['id']}", update)["firstName"] == "X"


def test_a_client_of_one_store_reaches_customers_only_there(project: Any, alice: Any) -> None:
    caller = project.api(project.token(client="backend", scope="view_customers@siteA"))
    caller.in_store("siteA").read("/customers/key=alice")
    refused(caller.in_store("siteB").get("/customers/key=alice"), 403, "insufficient_scope")
    refused(caller.get("/customers/key=alice"), 403, "insufficient_scope")
    body = {"version": alice["version"], "actions": []}
    refused(caller.in_store("siteA").post("/customers/key=alice", body), 403, "insufficient_scope")


def test_who_may_read_and_who_may_change_customers(project: Any, alice: Any) -> None:
    body = {"version": alice["version"], "actions": []}
    shopper, guest, nobody = project.customer("alice"), project.guest(), project.nobody
    for caller, status in ((shopper, 403), (guest, 403), (project.storefront, 403), (nobody, 401)):
        assert caller.get("/customers").status_code == status
        assert caller.get(f"/customers/{alice['id']}").status_code == status
        assert caller.post(f"/customers/{alice['id']}", body).status_code == status
        assert caller.delete(f"/customers/{alice['id']}", params={"version": 1}).status_code == status
    agent, updater = project.staff("agent7"), project.staff("csr1")
    assert agent.read(f"/customers/{alice['id']}") == alice
    refused(agent.post(f"/customers/{alice['id']}", body), 403, "insufficient_scope")
    assert updater.update("/customers", alice, {"action": "setTitle", "title": "Dr."})["title"] == "Dr."
    refused(updater.delete("/customers/key=alice", params={"version": 2}), 403, "insufficient_scope")


def test_a_customer_group_can_be_expanded(project: Any, alice: Any) -> None:
    group = ok(project.admin.post("/customer-groups", {"groupName": "Gold", "key": "gold"}), 201)
    project.backend.update("/customers", alice, {"action": "setCustomerGroup", "customerGroup": {"key": "gold"}})
    shown = project.backend.read("/customers/key=alice", params={"expand": "customerGroup"})
    assert shown["customerGroup"] == {"typeId": "customer-group", "id": group["id"], "obj": group}
