"""Products as pure decisions: drafts, staged and current faces, loading a draft over what is there, search text."""

from itertools import count
from typing import Any

import msgspec
import pytest

from handcart.domain.catalogue import Catalogue, ProjectSettings
from handcart.domain.document import Timestamp
from handcart.domain.errors import (
    DuplicateField,
    DuplicatePriceScope,
    InvalidField,
    NotImplementedYet,
    PriceNotFound,
    Refusal,
    VariantNotFound,
)
from handcart.domain.product import Product
from handcart.domain.products.building import Building
from handcart.domain.products.drafts import ProductDraft
from handcart.domain.products.new_product import product_from
from handcart.domain.products.reload import reloaded_product
from handcart.domain.products.search import searchable_text, words_of
from handcart.domain.products.updates.apply import ProductUpdate, changed_product
from handcart.domain.shipping import Channel

CREATED, LATER = Timestamp("2026-01-01T00:00:00.000Z"), Timestamp("2026-02-01T00:00:00.000Z")
SETTINGS = ProjectSettings(
    key="demo", name="Demo", version=1, created_at=CREATED, currencies=("USD",), countries=("US",), languages=("en",)
)
CHANNEL = Channel(id="channel-1", version=1, created_at=CREATED, last_modified_at=CREATED, key="pgA", roles=())
CATALOGUE = Catalogue(
    epoch=1,
    settings=SETTINGS,
    sites={},
    groups=(),
    types={},
    channels={CHANNEL.id: CHANNEL},
    customer_groups={},
    tax_categories={},
    zones={},
    shipping_methods={},
    business_units={},
)


def building(now: Timestamp = CREATED, start: int = 1) -> Building:
    numbers = count(start)
    return Building(catalogue=CATALOGUE, now=now, new_id=lambda: f"id-{next(numbers)}")


def usd(cents: int, **fields: Any) -> dict[str, Any]:
    return {"value": {"currencyCode": "USD", "centAmount": cents}, **fields}


def draft(**fields: Any) -> ProductDraft:
    whole = {
        "key": "hat",
        "name": {"en": "Straw Hat"},
        "slug": {"en": "straw-hat"},
        "masterVariant": {"sku": "HAT", "prices": [usd(1500)]},
        "variants": [{"sku": "HAT-L", "prices": [usd(1700)]}],
        "publish": True,
    }
    return msgspec.convert({**whole, **fields}, ProductDraft)


def made(**fields: Any) -> Product:
    return product_from(draft(**fields), building())


def update(product: Product, *actions: dict[str, Any]) -> Product:
    request = msgspec.convert({"version": product.version, "actions": list(actions)}, ProductUpdate)
    return changed_product(product, request.actions, building(LATER, start=100))


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"name": {}}, InvalidField, "name"),
        ({"slug": {"en": "x"}}, InvalidField, "slug.en"),
        ({"slug": {"en": "straw hat"}}, InvalidField, "slug.en"),
        ({"key": "?"}, InvalidField, "key"),
        ({"masterVariant": {"sku": ""}}, InvalidField, "sku"),
        ({"variants": [{"sku": "HAT"}]}, DuplicateField, "sku"),
        ({"variants": [{"key": "same"}, {"key": "same"}]}, DuplicateField, "key"),
        ({"masterVariant": {"prices": [usd(-1)]}}, InvalidField, "prices[0].value.centAmount"),
        ({"masterVariant": {"prices": [usd(1, country="usa")]}}, InvalidField, "country"),
        ({"masterVariant": {"prices": [usd(1, validFrom="yesterday")]}}, InvalidField, "prices[0].validFrom"),
        ({"masterVariant": {"prices": [usd(1, validFrom="2026-01-01T00:00:00")]}}, InvalidField, "prices[0].validFrom"),
        (
            {"masterVariant": {"prices": [usd(1, validFrom="0001-01-01T00:00+23:00")]}},
            InvalidField,
            "prices[0].validFrom",
        ),
        (
            {"masterVariant": {"prices": [usd(1, validFrom="0999-12-31T00:00:00Z")]}},
            InvalidField,
            "prices[0].validFrom",
        ),
        (
            {
                "masterVariant": {
                    "prices": [usd(1, validFrom="2026-02-01T00:00:00Z", validUntil="2026-01-01T00:00:00Z")]
                }
            },
            InvalidField,
            "prices[0].validUntil",
        ),
        (
            {"masterVariant": {"prices": [usd(9, discounted={"value": {"currencyCode": "MXN", "centAmount": 8}})]}},
            InvalidField,
            "prices[0].discounted.value.currencyCode",
        ),
        (
            {"masterVariant": {"prices": [usd(9, tiers=[{"minimumQuantity": 1, **usd(8)}])]}},
            InvalidField,
            "prices[0].tiers.minimumQuantity",
        ),
        (
            {"masterVariant": {"attributes": [{"name": "size", "value": 1}, {"name": "size", "value": 2}]}},
            DuplicateField,
            "attributes.name",
        ),
    ],
)
def test_a_draft_that_cannot_be_is_refused_at_its_field(
    fields: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        made(**fields)
    assert refused.value.details()["field"] == field


def test_two_prices_for_the_same_circumstances_are_refused() -> None:
    with pytest.raises(DuplicatePriceScope) as refused:
        made(masterVariant={"prices": [usd(1), usd(2)]})
    assert [each["value"]["centAmount"] for each in refused.value.conflicting_prices] == [1, 2]
    named = {"channel": {"typeId": "channel", "key": "pgA"}}
    assert len(made(masterVariant={"prices": [usd(1), usd(2, **named)]}).master_data.current.master_variant.prices) == 2


@pytest.mark.parametrize("fields", [{"priceMode": "Standalone"}, {"state": {"typeId": "state", "id": "x"}}])
def test_what_is_published_and_not_built_is_named(fields: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedYet):
        made(**fields)


def test_a_staged_action_leaves_the_current_face_and_an_unstaged_one_changes_both_alike() -> None:
    product = made()
    staged = update(product, {"action": "changeName", "name": {"en": "Felt Hat"}})
    assert staged.master_data.current == product.master_data.current
    assert staged.master_data.staged.name == {"en": "Felt Hat"}
    assert staged.master_data.has_staged_changes
    both = update(product, {"action": "addPrice", "price": usd(9, country="US"), "staged": False})
    assert both.master_data.current == both.master_data.staged
    assert [each.id for each in both.master_data.current.master_variant.prices] == ["id-1", "id-100"]
    assert not both.master_data.has_staged_changes


def test_an_unstaged_action_keeps_what_else_is_staged() -> None:
    staged = update(made(), {"action": "changeName", "name": {"en": "Felt Hat"}})
    price = {"action": "changePrice", "priceId": "id-1", "price": usd(2000), "staged": False}
    product = update(staged, price)
    assert product.master_data.current.name == {"en": "Straw Hat"}
    assert product.master_data.staged.name == {"en": "Felt Hat"}
    assert product.master_data.current.master_variant == product.master_data.staged.master_variant
    assert product.master_data.has_staged_changes


def test_publishing_prices_only_leaves_the_names() -> None:
    staged = update(
        made(),
        {"action": "changeName", "name": {"en": "Felt Hat"}},
        {"action": "changePrice", "priceId": "id-1", "price": usd(2000)},
    )
    product = update(staged, {"action": "publish", "scope": "Prices"})
    current = product.master_data.current
    assert (current.name, current.master_variant.prices[0].value.cent_amount) == ({"en": "Straw Hat"}, 2000)
    assert product.master_data.has_staged_changes
    reverted = update(product, {"action": "revertStagedChanges"})
    assert reverted.master_data.staged == current
    assert not reverted.master_data.has_staged_changes


def test_another_variant_becomes_the_master_and_the_ids_stay() -> None:
    product = update(made(), {"action": "changeMasterVariant", "sku": "HAT-L", "staged": False})
    facts = product.master_data.current
    assert (facts.master_variant.id, facts.master_variant.sku) == (2, "HAT-L")
    assert [each.id for each in facts.variants] == [1]


@pytest.mark.parametrize(
    ("action", "refusal"),
    [
        ({"action": "changePrice", "priceId": "id-9", "price": usd(1)}, PriceNotFound),
        ({"action": "setAttribute", "variantId": 9, "name": "size", "value": 1}, VariantNotFound),
        ({"action": "setSku", "variantId": 2, "sku": "HAT"}, DuplicateField),
        ({"action": "setProductVariantKey", "variantId": 2, "key": "?"}, InvalidField),
        ({"action": "removeImage", "imageUrl": "https://example.com/none.png"}, InvalidField),
    ],
)
def test_an_action_that_cannot_be_is_refused(action: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        update(made(), action)


@pytest.mark.parametrize(
    "action",
    [
        {"action": "changeName", "name": {"en": "Straw Hat"}, "staged": False},
        {"action": "setAttribute", "name": "size"},
        {"action": "setKey", "key": "hat"},
        {"action": "publish"},
        {"action": "revertStagedChanges"},
        {"action": "removeFromCategory", "category": {"typeId": "category", "id": "none"}},
        {"action": "setPriceKey", "priceId": "id-1"},
    ],
)
def test_an_action_that_changes_nothing_leaves_the_very_same_product(action: dict[str, Any]) -> None:
    product = made()
    assert update(product, action) is product


def test_images_and_attributes_are_set_in_place_and_removed() -> None:
    image = {"url": "https://example.com/hat.png", "dimensions": {"w": 1, "h": 2}}
    product = update(
        made(),
        {"action": "addExternalImage", "image": image, "staged": False},
        {"action": "setImageLabel", "imageUrl": image["url"], "label": "Front", "staged": False},
        {"action": "setAttributeInAllVariants", "name": "size", "value": "M", "staged": False},
        {"action": "setAttribute", "sku": "HAT-L", "name": "size", "value": "L", "staged": False},
    )
    master, other = product.master_data.current.all_variants()
    assert master.images == ({**image, "label": "Front"},)
    assert [(each.name, each.value) for each in master.attributes + other.attributes] == [("size", "M"), ("size", "L")]
    bare = update(
        product, {"action": "removeImage", "imageUrl": image["url"]}, {"action": "setAttribute", "name": "size"}
    )
    assert bare.master_data.staged.master_variant == made().master_data.staged.master_variant


def test_loading_the_same_draft_again_changes_nothing() -> None:
    product = made()
    assert reloaded_product(product, draft(), building(LATER, start=100)) is product


def test_loading_a_changed_draft_keeps_the_ids_of_what_is_still_there() -> None:
    variants = [{"sku": "HAT-XL"}, {"sku": "HAT-L", "prices": [usd(1800), usd(9, country="US")]}]
    product = reloaded_product(made(), draft(variants=variants), building(LATER, start=100))
    new, kept = product.master_data.current.variants
    assert (new.id, kept.id, product.last_variant_id) == (3, 2, 3)
    assert kept.prices[0].id == "id-2"
    assert kept.prices[0].value.cent_amount == 1800
    assert kept.prices[1].id not in ("id-1", "id-2")
    assert (product.id, product.version, product.created_at, product.last_modified_at) == ("id-3", 2, CREATED, LATER)
    again = reloaded_product(product, draft(variants=variants), building(LATER, start=200))
    assert again is product


def test_loading_a_draft_without_publish_only_stages_it() -> None:
    product = reloaded_product(made(), draft(name={"en": "Felt Hat"}, publish=None), building(LATER, start=100))
    assert product.master_data.published
    assert product.master_data.current.name == {"en": "Straw Hat"}
    assert product.master_data.has_staged_changes


def test_a_search_text_has_names_keys_and_words_without_accents_and_case() -> None:
    keywords = {"de": [{"text": "Größe"}, {"text": "Sonne"}]}
    product = made(name={"en": "Straw Hat", "fr": "Chapeau d'Été"}, searchKeywords=keywords)
    text = searchable_text(product, product.master_data.current.variants[0])
    assert text == "straw hat chapeau d'ete grosse sonne hat hat-l"
    assert words_of("  Été GRÖSSE ") == ["ete", "grosse"]
