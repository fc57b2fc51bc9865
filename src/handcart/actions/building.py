"""What decisions about the catalogue itself are made with."""

from collections.abc import Callable
from typing import TypeVar

from handcart.domain.catalogue import Catalogue
from handcart.domain.document import timestamp_of
from handcart.domain.errors import ReferencedResourceNotFound
from handcart.domain.products.building import Building
from handcart.store.stores import Stores

Decided = TypeVar("Decided")


async def decided(stores: Stores, project: str, decide: Callable[[Building], Decided]) -> Decided:
    """What is decided with the catalogue at hand.

    That may be a second old: what it does not know is looked for in the database before it is refused, so that who has
    just made a channel may price by it in the next request, in whichever process that lands.
    """
    try:
        return decide(_building(stores, await stores.catalogues.catalogue(project)))
    except ReferencedResourceNotFound:
        return decide(_building(stores, await stores.catalogues.fresh(project)))


def _building(stores: Stores, catalogue: Catalogue) -> Building:
    return Building(catalogue=catalogue, now=timestamp_of(stores.clock.utc_now()), new_id=stores.clock.new_uuid)
