"""Products over HTTP: drafts, both faces, update actions, deletion, queries, and carts that follow at once."""

from typing import Any

from tests.client import Api, ok, refused
from tests.conftest import Project

DEFAULT_TYPE = {"typeId": "product-type", "id": "00000000-0000-4000-8000-000000000002"}


def usd(cents: int) -> dict[str, Any]:
    return {"type": "centPrecision", "currencyCode": "USD", "centAmount": cents, "fractionDigits": 2}


def draft(key: str = "hat", **fields: Any) -> dict[str, Any]:
    return {
        "key": key,
        "name": {"en": "Straw Hat"},
        "slug": {"en": f"{key}-slug"},
        "masterVariant": {
            "sku": key.upper(),
            "prices": [{"value": {"currencyCode": "USD", "centAmount": 1500}}],
            "attributes": [{"name": "size", "value": "M"}],
        },
        "publish": True,
        **fields,
    }


def price_id(product: dict[str, Any], face: str = "staged") -> str:
    return product["masterData"][face]["masterVariant"]["prices"][0]["id"]


def amount(product: dict[str, Any], face: str) -> int:
    return product["masterData"][face]["masterVariant"]["prices"][0]["value"]["centAmount"]


def cart_of(api: Api, sku: str) -> dict[str, Any]:
    return api.create("/carts", {"currency": "USD", "lineItems": [{"sku": sku}]})


def refused_leaving(project: Project, product: dict[str, Any], *actions: dict[str, Any]) -> Any:
    """The answer to update actions that have to be refused, and the proof that the product is as it was."""
    response = project.admin.post(f"/products/{product['id']}", {"version": product["version"], "actions": actions})
    assert not response.is_success, response.text
    assert project.admin.read(f"/products/{product['id']}") == product
    return response


def test_a_draft_becomes_a_product_with_two_equal_faces(project: Project) -> None:
    product = project.admin.create("/products", draft())
    master = product["masterData"]
    assert (product["version"], product["key"], product["productType"]) == (1, "hat", DEFAULT_TYPE)
    assert (master["published"], master["hasStagedChanges"]) == (True, False)
    assert master["current"] == master["staged"]
    assert master["current"]["name"] == {"en": "Straw Hat"}
    assert master["current"]["variants"] == []
    variant = master["current"]["masterVariant"]
    assert (variant["id"], variant["sku"]) == (1, "HAT")
    assert variant["attributes"] == [{"name": "size", "value": "M"}]
    assert [{**each, "id": ""} for each in variant["prices"]] == [{"id": "", "value": usd(1500)}]
    assert project.admin.read(f"/products/{product['id']}") == product
    assert project.admin.read("/products/key=hat") == product


def test_a_product_without_publish_is_not_on_offer(project: Project) -> None:
    product = project.admin.create("/products", draft(publish=False))
    assert product["masterData"]["published"] is False
    refused(project.admin.get("/product-projections/key=hat"), 404, "ResourceNotFound")
    refused(project.backend.post("/carts", {"currency": "USD", "lineItems": [{"sku": "HAT"}]}), 400, "InvalidInput")
    assert project.admin.read("/product-projections/key=hat?staged=true")["name"] == {"en": "Straw Hat"}


def test_a_price_resolves_channel_and_group_by_key_and_refuses_unknown_ones(project: Project) -> None:
    channel = project.admin.read("/channels/key=pgA")["id"]
    price = {"value": {"currencyCode": "USD", "centAmount": 900}, "country": "US"}
    price |= {"channel": {"typeId": "channel", "key": "pgA"}, "validFrom": "2026-01-01T01:00:00+01:00"}
    price |= {"discounted": {"value": {"currencyCode": "USD", "centAmount": 800}}}
    price |= {"tiers": [{"minimumQuantity": 10, "value": {"currencyCode": "USD", "centAmount": 700}}]}
    product = project.admin.create("/products", draft(masterVariant={"sku": "HAT", "prices": [price]}))
    (made,) = product["masterData"]["current"]["masterVariant"]["prices"]
    assert made["channel"] == {"typeId": "channel", "id": channel}
    assert made["validFrom"] == "2026-01-01T00:00:00.000Z"
    assert made["discounted"] == {"value": usd(800)}
    assert made["tiers"] == [{"minimumQuantity": 10, "value": usd(700)}]
    price["channel"] = {"typeId": "channel", "key": "nowhere"}
    unknown = project.admin.post("/products", draft("cap", masterVariant={"sku": "CAP", "prices": [price]}))
    refused(unknown, 400, "ReferencedResourceNotFound", typeId="channel")
    refused(project.admin.get("/products/key=cap"), 404, "ResourceNotFound")


def test_an_sku_belongs_to_one_product(project: Project) -> None:
    project.admin.create("/products", draft())
    taken = project.admin.post("/products", draft("cap", masterVariant={"sku": "HAT"}))
    refused(taken, 400, "DuplicateField", field="sku", duplicateValue="HAT")
    refused(project.admin.get("/products/key=cap"), 404, "ResourceNotFound")
    twice = project.admin.post("/products", draft("cap", variants=[{"sku": "CAP"}]))
    refused(twice, 400, "DuplicateField", field="sku", duplicateValue="CAP")
    refused(project.admin.post("/products", draft()), 400, "DuplicateField", field="key", duplicateValue="hat")


def test_a_staged_price_waits_for_publish_and_an_unstaged_one_does_not(project: Project) -> None:
    product = project.admin.create("/products", draft())
    price = {"value": {"currencyCode": "USD", "centAmount": 2000}}
    change = {"action": "changePrice", "priceId": price_id(product), "price": price}
    staged = project.admin.update("/products", product, change)
    assert (amount(staged, "staged"), amount(staged, "current")) == (2000, 1500)
    assert (staged["version"], staged["masterData"]["hasStagedChanges"]) == (2, True)
    assert price_id(staged) == price_id(product)
    assert cart_of(project.backend, "HAT")["totalPrice"] == usd(1500)
    published = project.admin.update("/products", staged, {"action": "publish"})
    assert (amount(published, "current"), published["masterData"]["hasStagedChanges"]) == (2000, False)
    assert cart_of(project.backend, "HAT")["totalPrice"] == usd(2000)
    price["value"]["centAmount"] = 2100
    at_once = project.admin.update("/products", published, {**change, "price": price, "staged": False})
    assert (amount(at_once, "staged"), amount(at_once, "current")) == (2100, 2100)
    assert at_once["masterData"]["hasStagedChanges"] is False


def test_s1_34_a_changed_price_is_in_the_next_read_of_a_cart(project: Project) -> None:
    shopper = project.customer("alice").in_store("siteA")
    cart = shopper.create("/me/carts", {"currency": "USD", "lineItems": [{"sku": "TEE"}]})
    assert cart["totalPrice"] == usd(2500)
    product = project.admin.read("/products/key=TEE")
    channel = project.admin.read("/channels/key=pgA")["id"]
    prices = product["masterData"]["staged"]["masterVariant"]["prices"]
    price = next(each for each in prices if each.get("channel", {}).get("id") == channel)
    draft = {name: value for name, value in price.items() if name != "id"} | {"value": usd(2600)}
    action = {"action": "changePrice", "priceId": price["id"], "price": draft, "staged": False}
    project.admin.update("/products", product, action)
    assert shopper.read(f"/me/carts/{cart['id']}")["totalPrice"] == usd(2600)


def test_s4_23_a_sale_price_is_received_and_ends(project: Project) -> None:
    product = project.admin.create("/products", draft())
    sale = {"action": "setDiscountedPrice", "priceId": price_id(product), "staged": False}
    value = {"value": {"currencyCode": "USD", "centAmount": 1200}}
    product = project.admin.update("/products", product, {**sale, "discounted": value})
    assert cart_of(project.backend, "HAT")["totalPrice"] == usd(1200)
    project.admin.update("/products", product, sale)
    assert cart_of(project.backend, "HAT")["totalPrice"] == usd(1500)


def test_actions_of_one_request_are_all_or_nothing(project: Project) -> None:
    product = project.admin.create("/products", draft())
    rename = {"action": "changeName", "name": {"en": "Felt Hat"}}
    response = refused_leaving(project, product, rename, {"action": "removePrice", "priceId": "nothing"})
    refused(response, 400, "InvalidOperation", "PriceNotFound", priceId="nothing")
    response = refused_leaving(project, product, rename, {"action": "setAttribute", "sku": "NO", "name": "size"})
    refused(response, 400, "InvalidOperation", "VariantNotFound", variant="NO")
    response = refused_leaving(project, product, {"action": "removeVariant", "id": 1})
    refused(response, 400, "InvalidOperation", "MasterVariantNeeded")
    price = {"value": {"currencyCode": "USD", "centAmount": 1}}
    response = refused_leaving(project, product, {"action": "addPrice", "price": price})
    refused(response, 400, "DuplicatePriceScope", variantId=1)


def test_an_action_that_is_published_and_not_built_is_named(project: Project) -> None:
    product = project.admin.create("/products", draft())
    response = refused_leaving(project, product, {"action": "setAssetKey", "assetId": "a"})
    refused(response, 400, "InvalidOperation", "NotImplementedYet", feature="The update action setAssetKey")
    response = refused_leaving(project, product, {"action": "setNothing"})
    refused(response, 400, "InvalidField", field="actions[0].action")


def test_the_version_rises_by_one_for_each_action_that_changes_something(project: Project) -> None:
    product = project.admin.create("/products", draft())
    same = project.admin.update("/products", product, {"action": "changeName", "name": {"en": "Straw Hat"}})
    assert same == product
    changed = project.admin.update(
        "/products",
        product,
        {"action": "changeName", "name": {"en": "Felt Hat"}},
        {"action": "setKey", "key": "felt-hat"},
        {"action": "setKey", "key": "felt-hat"},
    )
    assert changed["version"] == 3
    assert project.admin.read("/products/key=felt-hat") == changed
    stale = project.admin.post(f"/products/{product['id']}", {"version": 1, "actions": [{"action": "unpublish"}]})
    refused(stale, 409, "ConcurrentModification", currentVersion=3)
    assert project.admin.read("/products/key=felt-hat") == changed


def test_variants_come_and_go_and_their_ids_are_not_used_again(project: Project) -> None:
    product = project.admin.create("/products", draft())
    price = {"value": {"currencyCode": "USD", "centAmount": 1700}}
    add = {"action": "addVariant", "sku": "HAT-L", "prices": [price], "staged": False}
    product = project.admin.update("/products", product, add)
    (variant,) = product["masterData"]["current"]["variants"]
    assert (variant["id"], variant["sku"]) == (2, "HAT-L")
    assert product["masterData"]["staged"]["variants"] == [variant]
    assert cart_of(project.backend, "HAT-L")["totalPrice"] == usd(1700)
    product = project.admin.update("/products", product, {"action": "removeVariant", "sku": "HAT-L", "staged": False})
    assert product["masterData"]["current"]["variants"] == []
    product = project.admin.update("/products", product, add)
    assert product["masterData"]["current"]["variants"][0]["id"] == 3
    product = project.admin.update("/products", product, {"action": "setSku", "variantId": 3, "sku": "HAT-XL"})
    taken = project.admin.post("/products", draft("cap", masterVariant={"sku": "HAT-L"}))
    refused(taken, 400, "DuplicateField", field="sku")  # the current face still has it
    product = project.admin.update("/products", product, {"action": "publish"})
    ok(project.admin.post("/products", draft("cap", masterVariant={"sku": "HAT-L"})), 201)


def test_a_published_product_is_unpublished_before_it_is_deleted(project: Project) -> None:
    product = project.admin.create("/products", draft())
    path = f"/products/{product['id']}"
    refused(project.admin.delete(f"{path}?version=1"), 400, "InvalidOperation", "PublishedProduct")
    assert project.admin.read(path) == product
    product = project.admin.update("/products", product, {"action": "unpublish"})
    refused(project.admin.delete(f"{path}?version=1"), 409, "ConcurrentModification", currentVersion=2)
    refused(project.admin.delete(path), 400, "RequiredField", field="version")
    assert ok(project.admin.delete(f"{path}?version=2"), 200) == product
    refused(project.admin.get(path), 404, "ResourceNotFound")
    project.admin.create("/products", draft())


def test_a_write_with_an_idempotency_key_happens_once(project: Project) -> None:
    headers = {"Idempotency-Key": "once"}
    first = project.admin.create("/products", draft(), headers=headers)
    assert project.admin.create("/products", draft(), headers=headers) == first
    other = project.admin.post("/products", draft("cap"), headers=headers)
    refused(other, 400, "InvalidOperation", "IdempotencyKeyReused")
    update = {"version": 1, "actions": [{"action": "changeName", "name": {"en": "Felt Hat"}}]}
    changed = project.admin.write("/products/key=hat", update, headers=headers)
    assert project.admin.write("/products/key=hat", update, headers=headers) == changed
    assert changed["version"] == 2


def test_products_are_queried_by_key_id_and_master_sku(project: Project) -> None:
    product = project.admin.create("/products", draft())
    for where in ('key = "hat"', f'id = "{product["id"]}"', 'masterData(current(masterVariant(sku = "HAT")))'):
        page = project.admin.read("/products", params={"where": where})
        assert (page["total"], page["results"]) == (1, [product])
    page = project.admin.read("/products", params={"where": "masterData(published = false)"})
    assert page["results"] == []
    assert project.admin.get("/products/no-uuid").status_code == 404
    assert project.admin.request("HEAD", "/products/key=hat").status_code == 200


def test_who_may_only_see_what_is_published_sees_no_staged_face(project: Project, other_project: Project) -> None:
    product = project.admin.create("/products", draft())
    shopper = project.customer("alice")
    assert ok(shopper.get(f"/product-projections/{product['id']}"), 200)["key"] == "hat"
    for path in (f"/products/{product['id']}", "/products", f"/product-projections/{product['id']}?staged=true"):
        refused(shopper.get(path), 403, "insufficient_scope")
    refused(shopper.post("/products", draft("cap")), 403, "insufficient_scope")
    refused(project.nobody.get(f"/product-projections/{product['id']}"), 401, "invalid_token")
    refused(other_project.admin.get(f"/products/{product['id']}"), 404, "ResourceNotFound")


def test_a_product_type_says_which_attributes_there_are(project: Project) -> None:
    attribute = {"type": {"name": "text"}, "name": "size", "label": {"en": "Size"}, "isRequired": True}
    hats = {"key": "hats", "name": "Hats", "description": "What is worn on the head", "attributes": [attribute]}
    made = project.admin.create("/product-types", hats)
    assert (made["version"], made["attributes"][0]["attributeConstraint"]) == (1, "None")
    named = {"typeId": "product-type", "key": "hats"}
    product = project.admin.create("/products", draft(productType=named))
    assert product["productType"] == {"typeId": "product-type", "id": made["id"]}
    missing = project.admin.post("/products", draft("cap", productType=named, masterVariant={"sku": "CAP"}))
    refused(missing, 400, "RequiredField", field="attributes.size")
    add = {"action": "setAttribute", "name": "colour", "value": "red"}
    refused(refused_leaving(project, product, add), 400, "InvalidField", field="attributes.name")
    expanded = project.admin.read(f"/products/{product['id']}?expand=productType")
    assert expanded["productType"]["obj"] == made
    assert project.admin.read("/product-types/key=default")["id"] == DEFAULT_TYPE["id"]
    assert project.admin.read("/product-types")["results"] == [made]


def test_the_project_says_what_it_sells_in(project: Project) -> None:
    found = project.storefront.read("")
    assert found["key"] == project.key
    assert set(found["currencies"]) == {"USD", "MXN"}
    assert found["carts"]["deleteDaysAfterLastModification"] == 90
    assert found["messages"] == {"enabled": False}
    refused(project.nobody.get(""), 401, "invalid_token")
