"""Cart discounts and discount codes as resources. What they do to carts is tested elsewhere."""

from typing import Any

import pytest

from tests.builders import NO_ID, action, amount, money
from tests.client import in_parallel, ok, refused
from tests.conftest import Project

TEN_OFF: dict[str, Any] = {
    "key": "ten",
    "name": {"en": "Ten percent"},
    "description": {"en": "Off everything"},
    "value": {"type": "relative", "permyriad": 1000},
    "cartPredicate": "true",
    "target": {"type": "totalPrice"},
    "sortOrder": "0.5",
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2036-01-01T00:00:00.000Z",
}
CODE: dict[str, Any] = {
    "code": "SAVE10",
    "key": "save-ten",
    "name": {"en": "Save"},
    "cartDiscounts": [{"typeId": "cart-discount", "key": "ten"}],
    "cartPredicate": 'totalPrice > "10.00 USD"',
    "groups": ["spring"],
}


def rows(project: Project) -> list[dict[str, Any]]:
    """Everything that the database holds of the project's resources."""
    return project.sql.rows("SELECT * FROM resources WHERE project = $1 ORDER BY kind, id", project.key)


def refuse(project: Project, path: str, body: Any, code: str, reason: str | None = None, **extra: Any) -> None:
    """A write that is refused and changes nothing."""
    before = rows(project)
    refused(project.admin.post(path, body), 400, code, reason, **extra)
    assert rows(project) == before


def refuse_action(project: Project, path: str, act: dict[str, Any], code: str, **extra: Any) -> None:
    """An update action, after one that would be accepted, that is refused and changes nothing."""
    version = project.admin.read(path)["version"]
    actions = [action("changeIsActive", isActive=False), act]
    refuse(project, path, {"version": version, "actions": actions}, code, **extra)


@pytest.fixture
def ten(project: Project) -> dict[str, Any]:
    return project.admin.create("/cart-discounts", TEN_OFF)


@pytest.fixture
def code(project: Project, ten: dict[str, Any]) -> dict[str, Any]:
    return project.admin.create("/discount-codes", CODE)


def test_s4_35_a_cart_discount_is_made_and_read_by_id_and_by_key(project: Project, ten: dict[str, Any]):
    assert ten == {
        **TEN_OFF,
        "validFrom": "2026-01-01T00:00:00.000Z",
        "id": ten["id"],
        "version": 1,
        "createdAt": ten["createdAt"],
        "lastModifiedAt": ten["createdAt"],
        "stores": [],
        "isActive": True,
        "requiresDiscountCode": False,
        "stackingMode": "Stacking",
        "references": [],
    }
    assert project.admin.read(f"/cart-discounts/{ten['id']}") == ten
    assert project.admin.read("/cart-discounts/key=ten") == ten
    assert project.admin.read("/cart-discounts")["results"] == [ten]
    refused(project.admin.get(f"/cart-discounts/{NO_ID}"), 404, "ResourceNotFound")
    refused(project.admin.get("/cart-discounts/no-uuid"), 404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("value", "answered"),
    [
        (
            {"type": "absolute", "money": [amount(500), amount(9000, "MXN")]},
            {"type": "absolute", "money": [money(500), money(9000, "MXN")]},
        ),
        ({"type": "fixed", "money": [amount(0)]}, {"type": "fixed", "money": [money(0)]}),
        ({"type": "relative", "permyriad": 10_000}, {"type": "relative", "permyriad": 10_000}),
    ],
)
def test_what_is_taken_off_is_a_share_an_amount_or_a_new_price(project: Project, value: Any, answered: Any):
    assert project.admin.create("/cart-discounts", {**TEN_OFF, "value": value})["value"] == answered


@pytest.mark.parametrize(
    "target",
    [
        {"type": "lineItems", "predicate": 'sku = "TEE" and quantity > 2'},
        {"type": "lineItems", "predicate": "1 = 1"},
        {"type": "customLineItems", "predicate": 'slug in ("wrap", "card")'},
        {"type": "shipping"},
        {"type": "totalPrice"},
    ],
)
def test_s4_35_it_is_taken_off_lines_custom_lines_shipping_or_the_total(project: Project, target: Any):
    assert project.admin.create("/cart-discounts", {**TEN_OFF, "target": target})["target"] == target


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"value": {"type": "relative", "permyriad": 0}}, "InvalidField", "value.permyriad"),
        ({"value": {"type": "relative", "permyriad": 10_001}}, "InvalidField", "value.permyriad"),
        ({"value": {"type": "relative", "permyriad": 9.5}}, "InvalidField", "value.permyriad"),
        ({"value": {"type": "relative"}}, "RequiredField", "value.permyriad"),
        ({"value": {"type": "magic"}}, "InvalidField", "value.type"),
        ({"value": {"type": "absolute", "money": []}}, "InvalidField", "value.money"),
        ({"value": {"type": "fixed", "money": [amount(-1)]}}, "InvalidField", "value.money.centAmount"),
        (
            {"value": {"type": "absolute", "money": [amount(1), amount(2)]}},
            "DuplicateField",
            "value.money.currencyCode",
        ),
        ({"target": None}, "InvalidField", "target"),
        ({"target": {"type": "lineItems"}}, "RequiredField", "target.predicate"),
        ({"target": {"type": "lineItems", "predicate": "sku ="}}, "InvalidInput", None),
        ({"target": {"type": "lineItems", "predicate": 'colour = "red"'}}, "InvalidInput", None),
        ({"cartPredicate": "and"}, "InvalidInput", None),
        ({"cartPredicate": 'sku = "TEE"'}, "InvalidInput", None),
        ({"cartPredicate": None}, "InvalidField", "cartPredicate"),
        ({"sortOrder": "0"}, "InvalidField", "sortOrder"),
        ({"sortOrder": "1"}, "InvalidField", "sortOrder"),
        ({"sortOrder": "0.0"}, "InvalidField", "sortOrder"),
        ({"sortOrder": "0.50"}, "InvalidField", "sortOrder"),
        ({"sortOrder": "-0.5"}, "InvalidField", "sortOrder"),
        ({"sortOrder": "0.\u0665"}, "InvalidField", "sortOrder"),
        ({"sortOrder": 0.5}, "InvalidField", "sortOrder"),
        ({"name": {}}, "InvalidField", "name"),
        ({"name": {"en": "a\0b"}}, "InvalidField", "name.en"),
        ({"key": "!"}, "InvalidField", "key"),
        ({"stackingMode": "Sometimes"}, "InvalidField", "stackingMode"),
        ({"validFrom": "2036-01-01T00:00:00Z"}, "InvalidField", "validUntil"),
        ({"validFrom": "tomorrow"}, "InvalidField", "validFrom"),
        ({"stores": [{"key": "nowhere"}]}, "ReferencedResourceNotFound", None),
        ({"colour": "red"}, "InvalidField", "colour"),
    ],
)
def test_a_wrong_cart_discount_is_refused(project: Project, wrong: dict[str, Any], code: str, field: str | None):
    refuse(project, "/cart-discounts", {**TEN_OFF, **wrong}, code, **({"field": field} if field else {}))


@pytest.mark.parametrize(
    ("unbuilt", "named"),
    [
        ({"value": {"type": "giftLineItem", "product": {"id": NO_ID}, "variantId": 1}}, "giftLineItem"),
        ({"value": {"type": "absolute", "money": [amount(1)], "applicationMode": "EvenDistribution"}}, "application"),
        ({"target": {"type": "multiBuyLineItems", "predicate": "1 = 1", "triggerQuantity": 3}}, "multiBuyLineItems"),
        ({"target": {"type": "multiBuyCustomLineItems"}}, "multiBuyCustomLineItems"),
        ({"target": {"type": "pattern", "triggerPattern": []}}, "pattern"),
        ({"custom": {"type": {"key": "notes"}}}, "custom"),
    ],
)
def test_what_is_published_and_not_built_is_refused_by_name(project: Project, unbuilt: dict[str, Any], named: str):
    before = rows(project)
    error = refused(
        project.admin.post("/cart-discounts", {**TEN_OFF, **unbuilt}), 400, "InvalidOperation", "NotImplementedYet"
    )
    assert named in error["message"]
    assert rows(project) == before


def test_s4_36_a_cart_discount_is_limited_to_sites(project: Project):
    stores = [{"typeId": "store", "key": "siteA"}, {"typeId": "store", "key": "siteB"}]
    ten = project.admin.create("/cart-discounts", {**TEN_OFF, "stores": [*stores, {"key": "siteA"}]})
    assert ten["stores"] == stores
    after = project.admin.update(
        "/cart-discounts",
        ten,
        action("addStore", store={"key": "siteB"}),
        action("addStore", store={"key": "siteD"}),
        action("removeStore", store={"key": "siteB"}),
        action("removeStore", store={"key": "siteB"}),
    )
    assert [each["key"] for each in after["stores"]] == ["siteA", "siteD"]
    assert after["version"] == 3
    site = project.admin.read("/stores/key=siteD")
    refused(
        project.admin.delete(f"/stores/key=siteD?version={site['version']}"),
        400,
        "ReferenceExists",
        referencedBy="cart-discount",
    )
    assert project.admin.read("/stores/key=siteD") == site
    assert project.admin.update("/cart-discounts", after, action("setStores"))["stores"] == []


def test_a_cart_discount_changes(project: Project, ten: dict[str, Any]):
    fixed = {"type": "fixed", "money": [money(900)]}
    lines = {"type": "lineItems", "predicate": 'sku = "TEE"'}
    after = project.admin.update(
        "/cart-discounts",
        ten,
        action("changeValue", value={"type": "fixed", "money": [amount(900)]}),
        action("changeCartPredicate", cartPredicate='customer.email is defined and currency = "USD"'),
        action("changeTarget", target=lines),
        action("changeIsActive", isActive=False),
        action("changeName", name={"en": "Nine"}),
        action("setDescription"),
        action("changeSortOrder", sortOrder="0.9"),
        action("changeRequiresDiscountCode", requiresDiscountCode=True),
        action("setValidFrom"),
        action("setValidUntil", validUntil="2030-01-01T00:00:00Z"),
        action("setValidFromAndUntil", validFrom="2031-01-01T00:00:00Z", validUntil="2032-01-01T00:00:00Z"),
        action("changeStackingMode", stackingMode="StopAfterThisDiscount"),
        action("setKey", key="nine"),
        action("setKey", key="nine"),
    )
    expected = {
        **ten,
        "version": 14,
        "lastModifiedAt": after["lastModifiedAt"],
        "value": fixed,
        "cartPredicate": 'customer.email is defined and currency = "USD"',
        "target": lines,
        "isActive": False,
        "name": {"en": "Nine"},
        "sortOrder": "0.9",
        "requiresDiscountCode": True,
        "validFrom": "2031-01-01T00:00:00.000Z",
        "validUntil": "2032-01-01T00:00:00.000Z",
        "stackingMode": "StopAfterThisDiscount",
        "key": "nine",
    }
    del expected["description"]
    assert after == expected
    assert project.admin.read("/cart-discounts/key=nine") == after


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (action("changeValue", value={"type": "relative", "permyriad": 0}), "InvalidField"),
        (action("changeCartPredicate", cartPredicate="("), "InvalidInput"),
        (action("changeTarget", target={"type": "lineItems", "predicate": "x = 1"}), "InvalidInput"),
        (action("changeTarget", target={"type": "pattern"}), "InvalidOperation"),
        (action("changeSortOrder", sortOrder="2"), "InvalidField"),
        (action("changeName", name={}), "InvalidField"),
        (action("setValidFrom", validFrom="2037-01-01T00:00:00Z"), "InvalidField"),
        (action("addStore", store={"key": "nowhere"}), "ReferencedResourceNotFound"),
        (action("setCustomField", name="x", value=1), "InvalidOperation"),
        (action("paint"), "InvalidField"),
    ],
)
def test_a_wrong_change_of_a_cart_discount_changes_nothing(
    project: Project, ten: dict[str, Any], act: dict[str, Any], code: str
):
    refuse_action(project, "/cart-discounts/key=ten", act, code)


def test_a_sort_order_is_taken_once(project: Project, ten: dict[str, Any]):
    other = {**TEN_OFF, "key": "other"}
    refuse(project, "/cart-discounts", other, "DuplicateField", field="sortOrder", duplicateValue="0.5")
    project.admin.create("/cart-discounts", {**other, "sortOrder": "0.51"})
    again = action("changeSortOrder", sortOrder="0.5")
    refuse_action(project, "/cart-discounts/key=other", again, "DuplicateField", field="sortOrder")
    assert project.admin.update("/cart-discounts", ten, again) == ten


def test_of_discounts_made_at_once_with_one_sort_order_one_is_made(project: Project):
    drafts = [{**TEN_OFF, "key": f"number-{number}"} for number in range(6)]
    answers = in_parallel([lambda draft=draft: project.admin.post("/cart-discounts", draft) for draft in drafts])
    assert sorted(each.status_code for each in answers) == [201] + [400] * 5
    assert project.admin.read("/cart-discounts")["total"] == 1


def test_a_discount_code_is_made_and_read_by_id_and_by_key(project: Project, ten: dict[str, Any], code: dict[str, Any]):
    reference = {"typeId": "cart-discount", "id": ten["id"]}
    assert code == {
        **CODE,
        "id": code["id"],
        "version": 1,
        "createdAt": code["createdAt"],
        "lastModifiedAt": code["createdAt"],
        "cartDiscounts": [reference],
        "isActive": True,
        "references": [],
    }
    assert project.admin.read(f"/discount-codes/{code['id']}") == code
    assert project.admin.read("/discount-codes/key=save-ten") == code
    shown = project.admin.read("/discount-codes/key=save-ten?expand=cartDiscounts[*]")
    assert shown["cartDiscounts"] == [{**reference, "obj": ten}]


def test_a_code_is_taken_once_and_its_case_counts(project: Project, code: dict[str, Any]):
    refuse(project, "/discount-codes", {**CODE, "key": "k2"}, "DuplicateField", field="code", duplicateValue="SAVE10")
    lower = project.admin.create("/discount-codes", {**CODE, "key": "k2", "code": "save10"})
    assert lower["code"] == "save10"
    refuse(project, "/discount-codes", {**CODE, "code": "OTHER"}, "DuplicateField", field="key")


@pytest.mark.parametrize(
    ("wrong", "code", "extra"),
    [
        ({"code": " "}, "InvalidField", {"field": "code"}),
        ({"code": "a\0b"}, "InvalidField", {"field": "code"}),
        ({"cartDiscounts": []}, "InvalidField", {"field": "cartDiscounts"}),
        ({"cartDiscounts": [{"id": NO_ID}]}, "ReferencedResourceNotFound", {"typeId": "cart-discount"}),
        ({"cartPredicate": "x ="}, "InvalidInput", {}),
        ({"validFrom": "2031-01-01T00:00:00Z", "validUntil": "2030-01-01T00:00:00Z"}, "InvalidField", {}),
        ({"maxApplications": 5}, "InvalidOperation", {"reason": "NotImplementedYet"}),
        ({"maxApplications": 0}, "InvalidOperation", {"reason": "NotImplementedYet"}),
        ({"maxApplicationsPerCustomer": 1}, "InvalidOperation", {"reason": "NotImplementedYet"}),
        ({"custom": {"type": {"key": "notes"}}}, "InvalidOperation", {"reason": "NotImplementedYet"}),
    ],
)
def test_a_wrong_discount_code_is_refused(
    project: Project, ten: dict[str, Any], wrong: dict[str, Any], code: str, extra: dict[str, Any]
):
    refuse(project, "/discount-codes", {**CODE, **wrong}, code, **extra)


def test_a_discount_code_changes(project: Project, code: dict[str, Any]):
    other = project.admin.create("/cart-discounts", {**TEN_OFF, "key": "other", "sortOrder": "0.2"})
    after = project.admin.update(
        "/discount-codes",
        code,
        action("changeCartDiscounts", cartDiscounts=[{"key": "other"}, {"id": other["id"]}]),
        action("changeIsActive", isActive=False),
        action("setName"),
        action("setDescription", description={"en": "For spring"}),
        action("setCartPredicate"),
        action("setValidFrom", validFrom="2026-01-01T00:00:00Z"),
        action("setValidUntil", validUntil="2027-01-01T00:00:00Z"),
        action("setValidFromAndUntil"),
        action("changeGroups", groups=["summer"]),
        action("setKey"),
    )
    expected = {
        **code,
        "version": 11,
        "lastModifiedAt": after["lastModifiedAt"],
        "cartDiscounts": [{"typeId": "cart-discount", "id": other["id"]}],
        "isActive": False,
        "description": {"en": "For spring"},
        "groups": ["summer"],
    }
    for name in ("name", "key", "cartPredicate"):
        del expected[name]
    assert after == expected
    path = f"/discount-codes/{code['id']}"
    for name in ("setMaxApplications", "setMaxApplicationsPerCustomer", "setCustomType"):
        refuse_action(project, path, action(name), "InvalidOperation", reason="NotImplementedYet")
    refuse_action(project, path, action("changeCartDiscounts", cartDiscounts=[]), "InvalidField")


def test_another_version_is_409_and_changes_nothing(project: Project, code: dict[str, Any]):
    before = rows(project)
    for path in ("/cart-discounts/key=ten", "/discount-codes/key=save-ten"):
        stale = {"version": 2, "actions": [action("changeIsActive", isActive=False)]}
        refused(project.admin.post(path, stale), 409, "ConcurrentModification", currentVersion=1)
        refused(project.admin.delete(f"{path}?version=2"), 409, "ConcurrentModification", currentVersion=1)
    assert rows(project) == before


def test_a_discount_that_a_code_opens_cannot_be_deleted(project: Project, ten: dict[str, Any], code: dict[str, Any]):
    path = f"/cart-discounts/{ten['id']}?version=1"
    refused(project.admin.delete(path), 400, "ReferenceExists", referencedBy="discount-code")
    assert project.admin.read("/cart-discounts/key=ten") == ten
    assert ok(project.admin.delete(f"/discount-codes/{code['id']}?version=1"), 200) == code
    assert ok(project.admin.delete(path), 200) == ten


def test_discounts_and_codes_are_queried(project: Project, ten: dict[str, Any], code: dict[str, Any]):
    first = project.admin.create("/cart-discounts", {**TEN_OFF, "key": "k2", "sortOrder": "0.8", "isActive": False})
    found = project.admin.read("/cart-discounts", params={"sort": "sortOrder desc"})
    assert found["results"] == [first, ten]
    assert project.admin.read("/cart-discounts", params={"where": "isActive = true"})["results"] == [ten]
    assert project.admin.read("/cart-discounts", params={"where": "requiresDiscountCode = true"})["total"] == 0
    for where, total in (('code = "SAVE10"', 1), ('code = "save10"', 0), ('groups contains any ("spring")', 1)):
        assert project.admin.read("/discount-codes", params={"where": where})["total"] == total


def test_only_who_may_see_promotions_sees_codes(project: Project, ten: dict[str, Any], code: dict[str, Any]):
    before = rows(project)
    for scope, path, other in (
        ("cart_discounts", "/cart-discounts", "/discount-codes"),
        ("discount_codes", "/discount-codes", "/cart-discounts"),
    ):
        viewer = project.api(project.token(scope=f"view_{scope}"))
        assert viewer.read(path)["total"] == 1
        refused(viewer.get(other), 403, "insufficient_scope")
        refused(viewer.post(path, {}), 403, "insufficient_scope")
    for caller in (project.guest(), project.customer(), project.backend, project.staff("agent7")):
        refused(caller.get("/discount-codes"), 403, "insufficient_scope")
        refused(caller.post("/cart-discounts", TEN_OFF), 403, "insufficient_scope")
    assert rows(project) == before
    writer = project.api(project.token(scope="manage_discount_codes"))
    ok(writer.delete(f"/discount-codes/{code['id']}?version=1"), 200)


def test_another_project_does_not_have_them(project: Project, other_project: Project, code: dict[str, Any]):
    refused(other_project.admin.get(f"/discount-codes/{code['id']}"), 404, "ResourceNotFound")
    refused(other_project.admin.get("/cart-discounts/key=ten"), 404, "ResourceNotFound")
    draft = {**CODE, "cartDiscounts": [{"id": code["cartDiscounts"][0]["id"]}]}
    refused(other_project.admin.post("/discount-codes", draft), 400, "ReferencedResourceNotFound")


def test_an_idempotency_key_creates_once(project: Project):
    headers = {"Idempotency-Key": "once"}
    made = project.admin.create("/cart-discounts", TEN_OFF, headers=headers)
    assert project.admin.create("/cart-discounts", TEN_OFF, headers=headers) == made
    assert project.admin.read("/cart-discounts")["total"] == 1
