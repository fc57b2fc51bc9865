"""What an agent needs to see when a customer calls, in one answer."""

import msgspec

from handcart.domain.access import sites_around
from handcart.domain.catalogue import Catalogue
from handcart.domain.customer import CustomerPath
from handcart.domain.desk_customer import CustomerAtAGlance, current_carts_of
from handcart.domain.document import encode
from handcart.store.customers import load_customer_at
from handcart.store.desk_customers import list_carts_of_customer, list_open_proposals_to, list_orders_of_customer
from handcart.store.stores import Stores


async def read_desk_customer(stores: Stores, project: str, path: CustomerPath, *, catalogue: Catalogue) -> bytes:
    """``CustomerAtAGlance`` as JSON; nothing is written and nothing is priced.

    In a store, only what is there for requests in it. Raises ResourceNotFound, also for a customer of other stores.
    """
    stored = await load_customer_at(stores.database, project, path)
    owner = f"customer:{stored.id}"
    sites = sorted(sites_around(catalogue, path.store, owner=owner)) if path.store is not None else None
    carts = await list_carts_of_customer(stores.database, project, owner, sites=sites)
    orders = await list_orders_of_customer(stores.database, project, owner, sites=sites)
    proposals = await list_open_proposals_to(stores.database, project, owner, sites=sites, now=stores.clock.utc_now())
    return encode(
        CustomerAtAGlance(
            customer=msgspec.Raw(stored.document),
            current_carts=current_carts_of(carts, catalogue),
            last_orders=orders.last,
            open_offline_orders=orders.offline,
            open_proposals=proposals,
        )
    )
