"""Stock entries over HTTP: one for each SKU and place, changed at a version, never below zero."""

from typing import Any

from tests.client import in_parallel, ok, refused
from tests.conftest import Project


def entry(project: Project, **fields: Any) -> dict[str, Any]:
    return project.admin.create("/inventory", {"sku": "HAT", "quantityOnStock": 10, **fields})


def refused_leaving(project: Project, before: dict[str, Any], *actions: dict[str, Any]) -> Any:
    """The answer to update actions that have to be refused, and the proof that the entry is as it was."""
    response = project.admin.post(f"/inventory/{before['id']}", {"version": before["version"], "actions": actions})
    assert not response.is_success, response.text
    assert project.admin.read(f"/inventory/{before['id']}") == before
    return response


def test_an_entry_is_created_read_queried_and_deleted(project: Project) -> None:
    supply = project.admin.read("/channels/key=store107")["id"]
    made = entry(project, key="hats", supplyChannel={"typeId": "channel", "key": "store107"}, restockableInDays=3)
    assert made == {
        "id": made["id"],
        "version": 1,
        "createdAt": made["createdAt"],
        "lastModifiedAt": made["createdAt"],
        "key": "hats",
        "sku": "HAT",
        "supplyChannel": {"typeId": "channel", "id": supply},
        "quantityOnStock": 10,
        "availableQuantity": 10,
        "restockableInDays": 3,
    }
    assert project.admin.read(f"/inventory/{made['id']}") == made
    assert project.admin.read("/inventory/key=hats") == made
    for where in ('sku = "HAT"', f'supplyChannel(id = "{supply}") and sku = "HAT"', 'key = "hats"'):
        assert project.admin.read("/inventory", params={"where": where})["results"] == [made]
    expanded = project.admin.read(f"/inventory/{made['id']}?expand=supplyChannel")
    assert expanded["supplyChannel"]["obj"]["key"] == "store107"
    refused(project.admin.delete("/inventory/key=hats?version=7"), 409, "ConcurrentModification", currentVersion=1)
    assert ok(project.admin.delete("/inventory/key=hats?version=1"), 200) == made
    refused(project.admin.get("/inventory/key=hats"), 404, "ResourceNotFound")
    refused(project.admin.get("/inventory/no-uuid"), 404, "ResourceNotFound")


def test_an_sku_has_one_entry_at_each_place(project: Project) -> None:
    entry(project)
    body = {"sku": "HAT", "quantityOnStock": 1}
    refused(project.admin.post("/inventory", body), 400, "DuplicateField", field="sku")
    elsewhere = entry(project, supplyChannel={"typeId": "channel", "key": "store107"})
    refused(refused_leaving(project, elsewhere, {"action": "setSupplyChannel"}), 400, "DuplicateField", field="sku")
    unknown = {**body, "supplyChannel": {"typeId": "channel", "key": "nowhere"}}
    refused(project.admin.post("/inventory", unknown), 400, "ReferencedResourceNotFound", typeId="channel")
    refused(project.admin.post("/inventory", {**body, "quantityOnStock": -1}), 400, "InvalidField")
    assert project.admin.read("/inventory", params={"where": 'sku = "HAT"'})["total"] == 2


def test_quantities_are_added_removed_and_counted(project: Project) -> None:
    made = entry(project)
    changed = project.admin.update("/inventory", made, {"action": "addQuantity", "quantity": 5})
    assert (changed["quantityOnStock"], changed["availableQuantity"], changed["version"]) == (15, 15, 2)
    changed = project.admin.update("/inventory", changed, {"action": "removeQuantity", "quantity": 12})
    assert (changed["quantityOnStock"], changed["availableQuantity"]) == (3, 3)
    changed = project.admin.update("/inventory", changed, {"action": "changeQuantity", "quantity": 8})
    assert (changed["quantityOnStock"], changed["availableQuantity"]) == (8, 8)
    same = project.admin.update("/inventory", changed, {"action": "changeQuantity", "quantity": 8})
    assert same == changed


def test_stock_never_falls_below_zero(project: Project) -> None:
    made = entry(project)
    response = refused_leaving(project, made, {"action": "removeQuantity", "quantity": 11})
    refused(response, 400, "InvalidOperation", "StockTooLow", availableQuantity=10, sku="HAT")
    response = refused_leaving(project, made, {"action": "addQuantity", "quantity": -11})
    refused(response, 400, "InvalidField", field="quantity")
    response = refused_leaving(project, made, {"action": "addQuantity", "quantity": 1}, {"action": "nothing"})
    refused(response, 400, "InvalidField", field="actions[1].action")


def test_of_two_counts_at_once_one_is_told_that_it_is_late(project: Project) -> None:
    made = entry(project)
    body = {"version": 1, "actions": [{"action": "removeQuantity", "quantity": 1}]}
    answers = in_parallel([lambda: project.admin.post(f"/inventory/{made['id']}", body)] * 4)
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert project.admin.read(f"/inventory/{made['id']}")["availableQuantity"] == 9


def test_an_order_raises_the_version_so_that_a_count_does_not_overwrite_the_sale(project: Project) -> None:
    where = {"where": f'sku = "TEE" and supplyChannel(id = "{_stock_channel(project, "siteA")}")'}
    (before,) = project.admin.read("/inventory", params=where)["results"]
    store = project.backend.in_store("siteA")
    cart = store.create("/carts", {"currency": "USD", "lineItems": [{"sku": "TEE", "quantity": 2}]})
    address = {"country": "US", "state": "NY", "postalCode": "10001"}
    cart = store.update("/carts", cart, {"action": "setShippingAddress", "address": address})
    store.create("/orders", {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]})
    count = {"version": before["version"], "actions": [{"action": "changeQuantity", "quantity": 100}]}
    refused(project.admin.post(f"/inventory/{before['id']}", count), 409, "ConcurrentModification")
    (after,) = project.admin.read("/inventory", params=where)["results"]
    assert after["availableQuantity"] == before["availableQuantity"] - 2
    changed = project.admin.update("/inventory", after, {"action": "changeQuantity", "quantity": 50})
    assert (changed["quantityOnStock"], changed["availableQuantity"]) == (50, 48)


def _stock_channel(project: Project, site: str) -> str:
    (row,) = project.sql.rows(
        "SELECT convert_from(document, 'UTF8')::jsonb #>> '{stockChannel,id}' AS id FROM resources "
        "WHERE project = $1 AND kind = 'store' AND key = $2",
        project.key,
        site,
    )
    return row["id"]


def test_dates_days_and_keys_are_set_and_removed(project: Project) -> None:
    made = entry(project)
    changed = project.admin.update(
        "/inventory",
        made,
        {"action": "setExpectedDelivery", "expectedDelivery": "2027-01-01T12:00:00+01:00"},
        {"action": "setRestockableInDays", "restockableInDays": 4},
        {"action": "setKey", "key": "hats"},
    )
    assert changed["expectedDelivery"] == "2027-01-01T11:00:00.000Z"
    assert (changed["restockableInDays"], changed["key"], changed["version"]) == (4, "hats", 4)
    plain = project.admin.update(
        "/inventory",
        changed,
        {"action": "setExpectedDelivery"},
        {"action": "setRestockableInDays"},
        {"action": "setKey"},
    )
    assert plain.keys() == made.keys()
    response = refused_leaving(project, plain, {"action": "setExpectedDelivery", "expectedDelivery": "tomorrow"})
    refused(response, 400, "InvalidField", field="expectedDelivery")


def test_only_who_maintains_products_sees_and_changes_stock(project: Project, other_project: Project) -> None:
    made = entry(project)
    shopper = project.customer("alice")
    refused(shopper.get("/inventory"), 403, "insufficient_scope")
    refused(shopper.post("/inventory", {"sku": "CAP", "quantityOnStock": 1}), 403, "insufficient_scope")
    refused(other_project.admin.get(f"/inventory/{made['id']}"), 404, "ResourceNotFound")


def test_a_write_with_an_idempotency_key_happens_once(project: Project) -> None:
    made = entry(project)
    update = {"version": 1, "actions": [{"action": "addQuantity", "quantity": 5}]}
    headers = {"Idempotency-Key": "delivery-7"}
    first = project.admin.write(f"/inventory/{made['id']}", update, headers=headers)
    assert project.admin.write(f"/inventory/{made['id']}", update, headers=headers) == first
    assert project.admin.read(f"/inventory/{made['id']}")["quantityOnStock"] == 15
