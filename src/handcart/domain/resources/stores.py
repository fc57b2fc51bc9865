"""Stores: a site as the published interface knows it."""

from typing import Any

from handcart.domain.custom_fields import CustomFieldsDraft
from handcart.domain.document import LocalizedString, PartialDraft
from handcart.domain.errors import NotImplementedYet
from handcart.domain.products.building import Building
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.resources.action import ResourceAction, ResourceUpdate, SetCustomField, SetCustomType, changed
from handcart.domain.resources.sites import (
    SiteDraft,
    StoreCountryDraft,
    channel_of,
    channels_of,
    countries_of,
    site_from,
)
from handcart.domain.site import Site


class StoreDraft(PartialDraft):
    """A store as a client sends it."""

    NOT_YET = ("storefront", "product_selections")

    key: str
    name: LocalizedString | None = None
    languages: tuple[str, ...] | None = None
    countries: tuple[StoreCountryDraft, ...] | None = None
    distribution_channels: tuple[ResourceIdentifier, ...] | None = None
    supply_channels: tuple[ResourceIdentifier, ...] | None = None
    custom: CustomFieldsDraft | None = None
    storefront: Any = None
    product_selections: Any = None


def store_from(draft: StoreDraft, building: Building, *, resource_id: str) -> Site:
    """The site that is this store: without a host; it prices by its first distribution channel.

    Its stock is that of its first supply channel. Raises InvalidField, DuplicateField, ReferencedResourceNotFound.
    """
    return site_from(
        SiteDraft(
            key=draft.key,
            name=draft.name,
            languages=draft.languages or (),
            countries=draft.countries,
            distribution_channels=draft.distribution_channels,
            supply_channels=draft.supply_channels,
            price_channel=next(iter(draft.distribution_channels or ()), None),
            stock_channel=next(iter(draft.supply_channels or ()), None),
            custom=draft.custom,
        ),
        building,
        resource_id=resource_id,
    )


def _with_distribution(site: Site, channels: tuple[Reference, ...]) -> Site:
    """A price channel that is gone is followed by the first that is left."""
    price = site.price_channel if site.price_channel in channels else next(iter(channels), None)
    return changed(site, distribution_channels=channels, price_channel=price)


def _with_supply(site: Site, channels: tuple[Reference, ...]) -> Site:
    """A stock channel that is gone is followed by the first that is left."""
    stock = site.stock_channel if site.stock_channel in channels else next(iter(channels), None)
    return changed(site, supply_channels=channels, stock_channel=stock)


class SetName(ResourceAction, tag="setName"):
    """The name that shoppers see, or none."""

    name: LocalizedString | None = None

    def apply(self, resource: Site, building: Building) -> Site:
        """Never refused."""
        return changed(resource, name=self.name or {})


class SetLanguages(ResourceAction, tag="setLanguages"):
    """The languages of the store."""

    languages: tuple[str, ...] | None = None

    def apply(self, resource: Site, building: Building) -> Site:
        """Never refused."""
        return changed(resource, languages=self.languages or ())


class SetCountries(ResourceAction, tag="setCountries"):
    """The countries that the store serves; none means all."""

    countries: tuple[StoreCountryDraft, ...] | None = None

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises InvalidField, DuplicateField."""
        return changed(resource, countries=countries_of(self.countries))


class AddCountry(ResourceAction, tag="addCountry"):
    """One more country."""

    country: StoreCountryDraft

    def apply(self, resource: Site, building: Building) -> Site:
        """A country that the store serves already changes nothing."""
        added = countries_of((self.country,))
        return resource if added[0] in resource.countries else changed(resource, countries=resource.countries + added)


class RemoveCountry(ResourceAction, tag="removeCountry"):
    """One country less."""

    country: StoreCountryDraft

    def apply(self, resource: Site, building: Building) -> Site:
        """A country that the store does not serve changes nothing."""
        kept = tuple(each for each in resource.countries if each.code != self.country.code)
        return changed(resource, countries=kept)


class SetDistributionChannels(ResourceAction, tag="setDistributionChannels"):
    """The channels whose prices hold in the store."""

    distribution_channels: tuple[ResourceIdentifier, ...] | None = None

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises ReferencedResourceNotFound."""
        channels = channels_of(self.distribution_channels, building, field="distributionChannels")
        return _with_distribution(resource, channels)


class AddDistributionChannel(ResourceAction, tag="addDistributionChannel"):
    """One more channel whose prices hold."""

    distribution_channel: ResourceIdentifier

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises ReferencedResourceNotFound."""
        channel = channel_of(self.distribution_channel, building, field="distributionChannel")
        if channel in resource.distribution_channels:
            return resource
        return _with_distribution(resource, (*resource.distribution_channels, channel))


class RemoveDistributionChannel(ResourceAction, tag="removeDistributionChannel"):
    """One channel less whose prices hold."""

    distribution_channel: ResourceIdentifier

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises ReferencedResourceNotFound."""
        channel = channel_of(self.distribution_channel, building, field="distributionChannel")
        return _with_distribution(resource, tuple(each for each in resource.distribution_channels if each != channel))


class SetSupplyChannels(ResourceAction, tag="setSupplyChannels"):
    """The channels that supply the store."""

    supply_channels: tuple[ResourceIdentifier, ...] | None = None

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises ReferencedResourceNotFound."""
        return _with_supply(resource, channels_of(self.supply_channels, building, field="supplyChannels"))


class AddSupplyChannel(ResourceAction, tag="addSupplyChannel"):
    """One more channel that supplies the store."""

    supply_channel: ResourceIdentifier

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises ReferencedResourceNotFound."""
        channel = channel_of(self.supply_channel, building, field="supplyChannel")
        if channel in resource.supply_channels:
            return resource
        return _with_supply(resource, (*resource.supply_channels, channel))


class RemoveSupplyChannel(ResourceAction, tag="removeSupplyChannel"):
    """One channel less that supplies the store."""

    supply_channel: ResourceIdentifier

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises ReferencedResourceNotFound."""
        channel = channel_of(self.supply_channel, building, field="supplyChannel")
        return _with_supply(resource, tuple(each for each in resource.supply_channels if each != channel))


class SetProductSelections(ResourceAction, tag="setProductSelections"):
    """Product selections are not there yet: the list can only be empty."""

    product_selections: tuple[Any, ...] | None = None

    def apply(self, resource: Site, building: Building) -> Site:
        """Raises NotImplementedYet for any selection."""
        if self.product_selections:
            raise NotImplementedYet(feature="productSelections")
        return resource


class StoreUpdate(ResourceUpdate):
    """A request to change a store."""

    UNBUILT_ACTIONS = frozenset(
        """addProductSelection changeProductSelectionActive removeProductSelection setCheckoutUrlTemplate setContactUrl
        setCookiePolicyUrl setFaqUrl setImprintUrl setOrderUrlTemplate setPrivacyPolicyUrl setRefundPolicyUrl
        setShippingPolicyUrl setTermsOfServiceUrl""".split()
    )

    actions: tuple[
        SetName
        | SetLanguages
        | SetCountries
        | AddCountry
        | RemoveCountry
        | SetDistributionChannels
        | AddDistributionChannel
        | RemoveDistributionChannel
        | SetSupplyChannels
        | AddSupplyChannel
        | RemoveSupplyChannel
        | SetProductSelections
        | SetCustomType
        | SetCustomField,
        ...,
    ]
