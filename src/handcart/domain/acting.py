"""The circumstances of one decision: what is sold, on which site, by whom, when. Chance and time are arguments."""

from collections.abc import Callable

import msgspec

from handcart.domain.cart import Actor
from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Timestamp
from handcart.domain.errors import InvalidField
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.site import Site


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """Passed to every decision about a cart. ``site`` is the acting site; None acts for the whole project."""

    catalogue: Catalogue
    site: Site | None
    now: Timestamp
    new_id: Callable[[], str]
    actor: Actor
    is_shopper: bool = False
    """Whether a guest or a customer acts: the site's tax, stock and price group are not theirs to choose."""
    is_locksmith: bool = False
    """Whether the caller may change locked carts (scope ``manage_locked_carts``)."""

    @property
    def site_key(self) -> str | None:
        """The acting site's key."""
        return self.site.key if self.site is not None else None

    def price_channel_of(self, identifier: ResourceIdentifier | None) -> Reference | None:
        """The distribution channel that a line names. Raises InvalidField for a shopper's that is not the site's."""
        channel = self.catalogue.channel_of(identifier, field="distributionChannel")
        if channel is None or not self.is_shopper or self.site is None:
            return channel
        allowed = [each for each in (self.site.price_channel, *self.site.distribution_channels) if each is not None]
        if channel not in allowed:
            raise InvalidField(field="distributionChannel", invalid_value=channel.id)
        return channel

    @property
    def quantity_max(self) -> int:
        """The largest quantity of one line here."""
        return self.catalogue.quantity_max(self.site)
