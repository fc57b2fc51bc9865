"""A site from what somebody sends: what is filled in, what is refused, and whose domain its host is."""

from typing import Any

import msgspec
import pytest

from handcart.domain.catalogue import Catalogue, ProjectSettings
from handcart.domain.document import Timestamp
from handcart.domain.errors import InvalidField, ReferencedResourceNotFound, Refusal, RequiredField
from handcart.domain.products.building import Building
from handcart.domain.references import Reference
from handcart.domain.resources.site_groups import SiteGroupDraft, site_group_from
from handcart.domain.resources.sites import SiteDraft, displaced_default_site, site_from
from handcart.domain.shipping import Channel
from handcart.domain.site import Site, SiteGroup
from handcart.store.site_records import registrable_domain_of, with_registrable_domain

NOW = Timestamp("2026-01-01T00:00:00.000Z")


def channel(key: str) -> Channel:
    return Channel(id=f"id-of-{key}", version=1, created_at=NOW, last_modified_at=NOW, key=key, roles=())


def building(*sites: Site) -> Building:
    settings = ProjectSettings(
        key="p", name="P", version=1, created_at=NOW, currencies=(), countries=(), languages=("de", "en")
    )
    nothing: dict[str, Any] = {
        kind: {}
        for kind in ("types", "customer_groups", "tax_categories", "zones", "shipping_methods", "business_units")
    }
    channels = {each.id: each for each in (channel("shop"), channel("prices"), channel("stock"))}
    catalogue = Catalogue(
        epoch=1, settings=settings, sites={each.key: each for each in sites}, groups=(), channels=channels, **nothing
    )
    return Building(catalogue=catalogue, now=NOW, new_id=lambda: "new-id")


def site(*others: Site, **fields: Any) -> Site:
    draft = msgspec.json.decode(msgspec.json.encode({"key": "shop", **fields}), type=SiteDraft)
    return site_from(draft, building(*others), resource_id=f"id-of-{draft.key}")


def reference(key: str) -> Reference:
    return Reference(type_id="channel", id=f"id-of-{key}")


def test_a_site_without_more_than_a_key_takes_the_channel_of_its_name_and_the_projects_languages() -> None:
    made = site()
    assert (made.price_channel, made.stock_channel) == (reference("shop"), reference("shop"))
    assert (made.distribution_channels, made.supply_channels) == ((reference("shop"),), (reference("shop"),))
    assert (made.languages, made.name, made.version) == (("de", "en"), {}, 1)
    assert (made.tax_rates, made.catalogs, made.currency) == (None, None, None)


def test_a_site_without_a_channel_of_its_name_has_none() -> None:
    assert site(key="other").price_channel is None


def test_a_site_is_known_by_id_or_key_and_a_plain_name_is_in_its_first_language() -> None:
    made = site(key=None, id="west", name="West", languages=["en-US"])
    assert (made.key, made.name) == ("west", {"en-US": "West"})


@pytest.mark.parametrize(
    "fields",
    [
        {"priceGroup": "prices", "stockLocation": "stock"},
        {"priceChannel": {"key": "prices"}, "stockChannel": {"typeId": "channel", "id": "id-of-stock"}},
    ],
)
def test_price_group_and_stock_location_are_channels_of_the_site(fields: dict[str, Any]) -> None:
    made = site(**fields, distributionChannels=[{"key": "shop"}])
    assert (made.price_channel, made.stock_channel) == (reference("prices"), reference("stock"))
    assert made.distribution_channels == (reference("shop"), reference("prices"))
    assert made.supply_channels == (reference("stock"),)


def test_no_tax_rates_are_another_thing_than_none_said() -> None:
    assert site(taxRates=[]).tax_rates == ()


def test_a_host_is_kept_in_lower_case() -> None:
    assert site(host="WWW.Example.COM").host == "www.example.com"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"key": None}, RequiredField),
        ({"key": "not a key"}, InvalidField),
        ({"host": "www.example.com:8080"}, InvalidField),
        ({"host": "https://www.example.com"}, InvalidField),
        ({"host": ""}, InvalidField),
        ({"contextRoot": "mx"}, InvalidField),
        ({"contextRoot": "/../x?"}, InvalidField),
        ({"currency": "usd"}, InvalidField),
        ({"country": "USA"}, InvalidField),
        ({"countries": [{"code": "us"}]}, InvalidField),
        ({"quantityMax": 0}, InvalidField),
        ({"name": " "}, InvalidField),
        ({"priceGroup": "nothing"}, ReferencedResourceNotFound),
        ({"distributionChannels": [{"key": "nothing"}]}, ReferencedResourceNotFound),
        ({"taxCategory": {"key": "nothing"}}, ReferencedResourceNotFound),
    ],
)
def test_a_site_that_makes_no_sense_is_refused(fields: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        site(**fields)


def test_there_is_one_default_site() -> None:
    former, other = site(key="former", default=True), site(key="other")
    made = site(default=True)
    catalogue = building(former, other).catalogue
    assert displaced_default_site(made, catalogue) == (msgspec.structs.replace(former, default=False),)
    assert displaced_default_site(former, catalogue) == ()
    assert displaced_default_site(other, catalogue) == ()


def test_s4_45_a_group_keeps_the_id_that_its_maker_chose() -> None:
    draft = SiteGroupDraft(id="G1", display_name="One", sites=("shop",), shared_cart=True)
    made = site_group_from(draft, building(site()), resource_id="unused")
    assert made == SiteGroup(id="G1", display_name="One", sites=("shop",), shared_cart=True)


def test_a_group_of_unknown_or_repeated_sites_is_refused() -> None:
    for sites, refusal in ((("nowhere",), ReferencedResourceNotFound), (("shop", "shop"), InvalidField)):
        with pytest.raises(refusal):
            site_group_from(SiteGroupDraft(display_name="", sites=sites), building(site()), resource_id="new")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.com", "example.com"),
        ("www.mycompany.example.com", "example.com"),
        ("badexample.com", "badexample.com"),
        ("shop.example.co.uk", "example.co.uk"),
        ("co.uk", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("::1", None),
        (None, None),
    ],
)
def test_s4_13_the_registrable_domain_is_what_somebody_registered(host: str | None, domain: str | None) -> None:
    assert registrable_domain_of(host) == domain


def test_the_registrable_domain_follows_the_host() -> None:
    made = with_registrable_domain(site(host="www.example.com"))
    assert made.registrable_domain == "example.com"
    assert with_registrable_domain(msgspec.structs.replace(made, host=None)).registrable_domain is None
