"""Channels, types, tax categories, zones, shipping methods, customer groups and stores, over HTTP: what is the same."""

from typing import Any

import pytest

from tests.client import in_parallel, ok, refused
from tests.conftest import Project

NOBODYS_ID = "00000000-0000-4000-8000-00000000dead"

DRAFTS: dict[str, dict[str, Any]] = {
    "channels": {"key": "new-one", "roles": ["InventorySupply", "OrderExport"], "name": {"en": "New"}, "pickup": True},
    "types": {
        "key": "new-one",
        "name": {"en": "New"},
        "resourceTypeIds": ["customer"],
        "fieldDefinitions": [
            {"name": "note", "type": {"name": "String"}, "label": {"en": "Note"}, "required": True},
            {
                "name": "sizes",
                "type": {"name": "Set", "elementType": {"name": "Enum", "values": [{"key": "s", "label": "S"}]}},
                "label": {"en": "Sizes"},
                "required": False,
                "inputHint": "MultiLine",
            },
        ],
    },
    "tax-categories": {
        "key": "new-one",
        "name": "New",
        "description": "Books",
        "rates": [{"name": "7 %", "amount": 0.07, "includedInPrice": True, "country": "DE"}],
    },
    "zones": {"key": "new-one", "name": "New", "locations": [{"country": "DE"}, {"country": "US", "state": "TX"}]},
    "shipping-methods": {
        "key": "new-one",
        "name": "New",
        "taxCategory": {"typeId": "tax-category", "key": "standard"},
        "isDefault": False,
        "zoneRates": [
            {
                "zone": {"typeId": "zone", "key": "us"},
                "shippingRates": [
                    {
                        "price": {"currencyCode": "USD", "centAmount": 700},
                        "freeAbove": {"currencyCode": "USD", "centAmount": 9000},
                    }
                ],
            }
        ],
    },
    "customer-groups": {"key": "new-one", "groupName": "New"},
    "stores": {
        "key": "new-one",
        "name": {"en": "New"},
        "languages": ["en"],
        "countries": [{"code": "US"}],
        "distributionChannels": [{"typeId": "channel", "key": "pgA"}],
        "supplyChannels": [{"typeId": "channel", "key": "stockA"}],
    },
}
CHANGES: dict[str, dict[str, Any]] = {
    "channels": {"action": "changeName", "name": {"en": "Newer"}},
    "types": {"action": "changeName", "name": {"en": "Newer"}},
    "tax-categories": {"action": "changeName", "name": "Newer"},
    "zones": {"action": "changeName", "name": "Newer"},
    "shipping-methods": {"action": "changeName", "name": "Newer"},
    "customer-groups": {"action": "changeName", "name": "Newer"},
    "stores": {"action": "setName", "name": {"en": "Newer"}},
}
KINDS = list(DRAFTS)
every_kind = pytest.mark.parametrize("kind", KINDS)


def rows(project: Project) -> list[dict[str, Any]]:
    """Everything that the database holds of the project's resources."""
    return project.sql.rows("SELECT * FROM resources WHERE project = $1 ORDER BY kind, id", project.key)


@every_kind
def test_what_was_created_is_read_by_id_and_by_key(project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    assert created["version"] == 1
    assert created["createdAt"] == created["lastModifiedAt"]
    assert created["key"] == "new-one"
    assert project.admin.read(f"/{kind}/{created['id']}") == created
    assert project.admin.read(f"/{kind}/key=new-one") == created
    for path in (created["id"], "key=new-one"):
        assert project.admin.request("HEAD", f"/{kind}/{path}").status_code == 200


@every_kind
def test_an_unknown_id_or_key_is_404(project: Project, kind: str):
    for path in (NOBODYS_ID, "key=nothing", "no-uuid"):
        refused(project.admin.get(f"/{kind}/{path}"), 404, "ResourceNotFound")
        refused(project.admin.post(f"/{kind}/{path}", {"version": 1, "actions": []}), 404, "ResourceNotFound")
        refused(project.admin.delete(f"/{kind}/{path}?version=1"), 404, "ResourceNotFound")
        assert project.admin.request("HEAD", f"/{kind}/{path}").status_code == 404


@every_kind
def test_a_key_is_taken_once(project: Project, kind: str):
    project.admin.create(f"/{kind}", DRAFTS[kind])
    before = rows(project)
    error = refused(project.admin.post(f"/{kind}", DRAFTS[kind]), 400, "DuplicateField")
    assert (error["field"], error["duplicateValue"]) == ("key", "new-one")
    assert rows(project) == before


@every_kind
def test_every_action_that_changes_something_raises_the_version_by_one(project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    change = CHANGES[kind]
    again = project.admin.update(f"/{kind}", created, change, change)
    assert again["version"] == 2
    assert again["name"] == change["name"]
    assert again["createdAt"] == created["createdAt"]
    assert again["lastModifiedAt"] > created["lastModifiedAt"]
    by_key = project.admin.write(f"/{kind}/key=new-one", {"version": 2, "actions": [change]})
    assert by_key == again
    assert project.admin.read(f"/{kind}/{created['id']}") == again


@every_kind
def test_another_version_is_409_and_changes_nothing(project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    before = rows(project)
    stale = {"version": 7, "actions": [CHANGES[kind]]}
    refused(project.admin.post(f"/{kind}/{created['id']}", stale), 409, "ConcurrentModification", currentVersion=1)
    refused(project.admin.delete(f"/{kind}/key=new-one?version=7"), 409, "ConcurrentModification", currentVersion=1)
    assert rows(project) == before


@every_kind
def test_an_update_without_a_version_is_refused(project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    body = {"actions": [CHANGES[kind]]}
    assert refused(project.admin.post(f"/{kind}/{created['id']}", body), 400, "RequiredField")["field"] == "version"
    assert refused(project.admin.delete(f"/{kind}/{created['id']}"), 400, "RequiredField")["field"] == "version"
    assert project.admin.read(f"/{kind}/{created['id']}") == created


@every_kind
def test_actions_are_applied_all_or_not_at_all(project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    before = rows(project)
    key = "changeKey" if kind in ("channels", "types") else "setKey"
    wrong = {"action": "setCustomField", "name": "x", "value": 1} if kind == "stores" else {"action": key, "key": "-"}
    body = {"version": 1, "actions": [CHANGES[kind], wrong]}
    refused(project.admin.post(f"/{kind}/{created['id']}", body), 400, "InvalidField")
    assert rows(project) == before


@every_kind
def test_what_was_deleted_is_answered_and_gone(project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    assert ok(project.admin.delete(f"/{kind}/{created['id']}?version=1"), 200) == created
    refused(project.admin.get(f"/{kind}/{created['id']}"), 404, "ResourceNotFound")
    assert project.admin.create(f"/{kind}", DRAFTS[kind])["id"] != created["id"]


@every_kind
def test_a_field_that_nobody_knows_is_refused(project: Project, kind: str):
    before = rows(project)
    error = refused(project.admin.post(f"/{kind}", {**DRAFTS[kind], "colour": "red"}), 400, "InvalidField")
    assert (error["field"], error["invalidValue"]) == ("colour", "red")
    assert rows(project) == before


@every_kind
def test_a_text_with_a_nul_is_refused(project: Project, kind: str):
    before = rows(project)
    name = "groupName" if kind == "customer-groups" else "name"
    nul = "a\0b" if isinstance(DRAFTS[kind][name], str) else {"en": "a\0b"}
    refused(project.admin.post(f"/{kind}", {**DRAFTS[kind], name: nul}), 400, "InvalidField")
    assert rows(project) == before


@every_kind
def test_an_idempotency_key_creates_once(project: Project, kind: str):
    headers = {"Idempotency-Key": "once"}
    created = project.admin.create(f"/{kind}", DRAFTS[kind], headers=headers)
    assert project.admin.create(f"/{kind}", DRAFTS[kind], headers=headers) == created
    other = {**DRAFTS[kind], "key": "another"}
    refused(project.admin.post(f"/{kind}", other, headers=headers), 400, "InvalidOperation", "IdempotencyKeyReused")
    assert project.admin.read(f"/{kind}?where=key%20in%20(%22new-one%22,%22another%22)")["total"] == 1


@every_kind
def test_another_project_does_not_have_it(project: Project, other_project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    refused(other_project.admin.get(f"/{kind}/{created['id']}"), 404, "ResourceNotFound")
    refused(other_project.admin.get(f"/{kind}/key=new-one"), 404, "ResourceNotFound")
    refused(other_project.admin.delete(f"/{kind}/key=new-one?version=1"), 404, "ResourceNotFound")
    refused(project.admin.on_project(other_project.key).get(f"/{kind}"), 403, "insufficient_scope")
    assert project.admin.read(f"/{kind}/{created['id']}") == created


READERS = {
    "channels": "view_products",
    "types": "view_types",
    "tax-categories": "view_tax_categories",
    "zones": "view_shipping_methods",
    "shipping-methods": "view_shipping_methods",
    "customer-groups": "view_customer_groups",
    "stores": "view_stores",
}


@every_kind
def test_who_may_only_look_changes_nothing(project: Project, kind: str):
    created = project.admin.create(f"/{kind}", DRAFTS[kind])
    reader = project.api(project.token(scope=READERS[kind]))
    before = rows(project)
    assert reader.read(f"/{kind}/key=new-one") == created
    assert created in reader.read(f"/{kind}?limit=500")["results"]
    refused(reader.post(f"/{kind}", {**DRAFTS[kind], "key": "another"}), 403, "insufficient_scope")
    refused(reader.post(f"/{kind}/{created['id']}", {"version": 1, "actions": []}), 403, "insufficient_scope")
    refused(reader.delete(f"/{kind}/{created['id']}?version=1"), 403, "insufficient_scope")
    assert rows(project) == before


@every_kind
def test_who_may_change_one_kind_may_change_no_other(project: Project, kind: str):
    scope = READERS[kind].replace("view_", "manage_")
    writer = project.api(project.token(scope=scope))
    writer.create(f"/{kind}", DRAFTS[kind])
    before = rows(project)
    for other in KINDS:
        if READERS[other] != READERS[kind]:
            refused(writer.post(f"/{other}", DRAFTS[other]), 403, "insufficient_scope")
    assert rows(project) == before


@every_kind
def test_nobody_and_shoppers_cannot_change_it(project: Project, kind: str):
    before = rows(project)
    refused(project.nobody.post(f"/{kind}", DRAFTS[kind]), 401, "invalid_token")
    for caller in (project.guest(), project.customer(), project.staff("agent7")):
        refused(caller.post(f"/{kind}", DRAFTS[kind]), 403, "insufficient_scope")
    assert rows(project) == before


def test_carts_see_a_change_at_once(project: Project):
    method = project.admin.create("/shipping-methods", DRAFTS["shipping-methods"])
    alice = project.customer()
    cart = alice.in_store("siteA").create("/me/current-cart")
    cart = alice.change_my_cart(
        cart,
        {"action": "setShippingAddress", "address": {"country": "US"}},
        {"action": "setShippingMethod", "shippingMethod": {"typeId": "shipping-method", "id": method["id"]}},
    )
    assert cart["shippingInfo"]["price"]["centAmount"] == 700


def test_of_changes_at_once_to_one_version_one_is_made(project: Project):
    zone = project.admin.read("/zones/key=us")
    body = {"version": zone["version"], "actions": [{"action": "setDescription", "description": "once"}]}
    answers = in_parallel([lambda: project.admin.post(f"/zones/{zone['id']}", body)] * 8)
    assert sorted(each.status_code for each in answers) == [200] + [409] * 7
    assert project.admin.read("/zones/key=us")["version"] == zone["version"] + 1


def test_of_creations_at_once_with_one_key_one_is_made(project: Project):
    answers = in_parallel([lambda: project.admin.post("/channels", DRAFTS["channels"])] * 8)
    assert sorted(each.status_code for each in answers) == [201] + [400] * 7
    assert project.admin.read("/channels", params={"where": 'key = "new-one"'})["total"] == 1


def test_of_defaults_made_at_once_one_stays(project: Project):
    def make(number: int) -> Any:
        draft = {**DRAFTS["shipping-methods"], "key": f"method-{number}", "isDefault": True}
        return project.admin.create("/shipping-methods", draft)

    made = in_parallel([lambda number=number: make(number) for number in range(8)])
    assert all(each["isDefault"] for each in made)
    assert project.admin.read("/shipping-methods", params={"where": "isDefault = true"})["total"] == 1


def test_what_a_resource_refers_to_is_not_deleted_meanwhile(project: Project):
    for number in range(5):
        key = f"zone-{number}"
        project.admin.create("/zones", {"name": "Zone", "key": key})
        method = {**DRAFTS["shipping-methods"], "key": f"method-{number}", "zoneRates": []}
        method["zoneRates"] = [{"zone": {"key": key}, "shippingRates": []}]
        created, deleted = in_parallel(
            [
                lambda method=method: project.admin.post("/shipping-methods", method),
                lambda key=key: project.admin.delete(f"/zones/key={key}?version=1"),
            ]
        )
        assert (created.status_code, deleted.status_code) in ((201, 400), (400, 200))
