"""The circumstances of one decision: what is sold, on which site, by whom, when. Chance and time are arguments."""

from collections.abc import Callable

import msgspec

from handcart.domain.cart import Actor
from handcart.domain.catalogue import Catalogue
from handcart.domain.document import Timestamp
from handcart.domain.site import Site


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """Passed to every decision about a cart. ``site`` is the acting site; None acts for the whole project."""

    catalogue: Catalogue
    site: Site | None
    now: Timestamp
    new_id: Callable[[], str]
    actor: Actor
    is_locksmith: bool = False
    """Whether the caller may change locked carts (scope ``manage_locked_carts``)."""

    @property
    def site_key(self) -> str | None:
        """The acting site's key."""
        return self.site.key if self.site is not None else None

    @property
    def quantity_max(self) -> int:
        """The largest quantity of one line here."""
        return self.catalogue.quantity_max(self.site)
