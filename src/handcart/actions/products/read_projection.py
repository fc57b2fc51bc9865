"""Reading what shoppers see of a product."""

from handcart.domain.document import encode, timestamp_of
from handcart.domain.errors import ResourceNotFound
from handcart.domain.products.projection import PriceSelection, circumstances_on, face_of, projection_of
from handcart.domain.site import Site
from handcart.store.inventory import list_stock
from handcart.store.products import load_product_at
from handcart.store.stores import Stores


async def read_projection(
    stores: Stores,
    project: str,
    *,
    product_id: str | None,
    key: str | None,
    site: Site | None,
    selection: PriceSelection,
    is_staged: bool,
) -> bytes:
    """One face of a product as JSON, priced for the site or as selected, with its stock.

    Raises ResourceNotFound, also for the current face of a product that is not published; InvalidInput for a selection
    without a currency.
    """
    wanted = circumstances_on(site, selection, timestamp_of(stores.clock.utc_now()))
    product = (await load_product_at(stores.database, project, product_id=product_id, key=key)).product
    if not is_staged and not product.master_data.published:
        raise ResourceNotFound(id=key or product_id or "")
    skus = [each.sku for each in face_of(product, is_staged=is_staged).all_variants() if each.sku is not None]
    stock = await list_stock(stores.database, project, skus)
    return encode(projection_of(product, is_staged=is_staged, wanted=wanted, stock=stock))
