"""The in-process cache of catalogues: the small kinds whole, products as they are asked for.

It is never staler than a second (``changes``). What is not found in it is looked for in the database before anybody is
told that it does not exist.
"""

from typing import Any
from uuid import UUID

import msgspec

from handcart.domain.catalogue import Catalogue, ProjectSettings
from handcart.domain.custom_fields import Type
from handcart.domain.discount import CartDiscount, DiscountCode
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.domain.product import Offer, Product, ProductType
from handcart.domain.sharing import SharingChange, SharingHistory
from handcart.domain.shipping import BusinessUnit, Channel, CustomerGroup, ShippingMethod, TaxCategory, Zone
from handcart.domain.site import Site, SiteGroup
from handcart.store.changes import Changes
from handcart.store.database import Database, Transaction
from handcart.store.statements import statement

PRODUCTS_CACHED_MAX = 20_000

RESOURCE_KINDS: dict[str, type[msgspec.Struct]] = {
    "channel": Channel,
    "type": Type,
    "tax-category": TaxCategory,
    "zone": Zone,
    "shipping-method": ShippingMethod,
    "customer-group": CustomerGroup,
    "store": Site,
    "site-group": SiteGroup,
    "business-unit": BusinessUnit,
    "product-type": ProductType,
    "cart-discount": CartDiscount,
    "discount-code": DiscountCode,
}
"""What lies in the table ``resources``, by the wire's ``typeId``. A site is keyed by its key, the others by id."""

_sharing_decoder = msgspec.json.Decoder(SharingChange)
_settings_decoder = msgspec.json.Decoder(ProjectSettings)
_product_decoder = msgspec.json.Decoder(Product)
_decoders = {kind: msgspec.json.Decoder(struct) for kind, struct in RESOURCE_KINDS.items()}


class Catalogues:
    """The catalogues that this process has at hand."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes
        self._by_project: dict[str, Catalogue] = {}

    async def catalogue(self, project: str) -> Catalogue:
        """The project's catalogue, at most a second old. Raises ResourceNotFound for an unknown project."""
        epoch = await self._changes.epoch(project, "catalogue")
        found = self._by_project.get(project)
        if found is not None and found.epoch >= epoch:
            if len(found.products_loaded) > PRODUCTS_CACHED_MAX:
                # Another one for those who come: a decision under way must not lose the offers it has gathered.
                found = self._by_project[project] = found.without_products()
            return found
        return await self.fresh(project)

    async def fresh(self, project: str, *, within: Transaction | None = None) -> Catalogue:
        """The catalogue as the database has it now; ``within`` a transaction as that sees it, and not kept."""
        database = within or self._database
        row = await database.row(statement("load_project"), project)
        if row is None:
            self._by_project.pop(project, None)
            raise ResourceNotFound(id=project)
        # The epoch was read before what it stands for: at worst the catalogue is newer than it says.
        if within is None:
            self._changes.note(project, "catalogue", row["epoch"])
        found: dict[str, dict[str, msgspec.Struct]] = {kind: {} for kind in RESOURCE_KINDS}
        changes: list[SharingChange] = []
        for each in await database.rows(statement("list_all_resources"), project):
            if each["kind"] == "site-group-change":
                changes.append(_sharing_decoder.decode(each["document"]))
                continue
            resource: Any = _decoders[each["kind"]].decode(each["document"])
            name: str = resource.key if isinstance(resource, Site) else resource.id
            found[each["kind"]][name] = resource
        catalogue = Catalogue(
            epoch=row["epoch"],
            settings=_settings_decoder.decode(row["document"]),
            sites=found["store"],  # type: ignore[arg-type]  # each kind was decoded as its struct
            groups=tuple(found["site-group"].values()),  # type: ignore[arg-type]  # as above
            types=found["type"],  # type: ignore[arg-type]  # as above
            channels=found["channel"],  # type: ignore[arg-type]  # as above
            customer_groups=found["customer-group"],  # type: ignore[arg-type]  # as above
            tax_categories=found["tax-category"],  # type: ignore[arg-type]  # as above
            zones=found["zone"],  # type: ignore[arg-type]  # as above
            shipping_methods=found["shipping-method"],  # type: ignore[arg-type]  # as above
            business_units=found["business-unit"],  # type: ignore[arg-type]  # as above
            product_types=found["product-type"],  # type: ignore[arg-type]  # as above
            cart_discounts=found["cart-discount"],  # type: ignore[arg-type]  # as above
            discount_codes=found["discount-code"],  # type: ignore[arg-type]  # as above
            sharing=SharingHistory(changes),
        )
        if within is None:
            self._by_project[project] = catalogue
        return catalogue

    async def load_offers(
        self, catalogue: Catalogue, *, skus: set[str], product_ids: set[str], within: Transaction | None = None
    ) -> None:
        """See to it that the catalogue has these offers, as far as they exist; a miss is asked for every time.

        ``within`` a transaction its connection is used: whoever holds locks must not wait for another connection.
        """
        missing_skus = [each for each in skus if each not in catalogue.offers_by_sku]
        missing_ids = [UUID(each) for each in product_ids if each not in catalogue.products_loaded and is_uuid(each)]
        if not missing_skus and not missing_ids:
            return
        project = catalogue.settings.key
        for row in await (within or self._database).rows(
            statement("list_products_on_offer"), project, missing_ids, missing_skus
        ):
            product = _product_decoder.decode(row["document"])
            catalogue.products_loaded.add(product.id)
            if product.master_data.published:
                catalogue.offer(offers_of(product))


def offers_of(product: Product) -> list[Offer]:
    """The offers of a published product: one for each variant of its current face."""
    facts = product.master_data.current
    return [
        Offer(
            product_id=product.id,
            product_key=product.key,
            name=msgspec.Raw(encode(facts.name)),
            slug=msgspec.Raw(encode(facts.slug)),
            product_type=product.product_type,
            tax_category=product.tax_category,
            variant_id=variant.id,
            sku=variant.sku,
            variant_key=variant.key,
            attributes=msgspec.Raw(encode(variant.attributes)),
            images=msgspec.Raw(encode(variant.images)),
            assets=msgspec.Raw(encode(variant.assets)),
            prices=variant.prices,
            has_dates=any(each.valid_from or each.valid_until for each in variant.prices),
            categories=frozenset(each.id for each in facts.categories),
        )
        for variant in facts.all_variants()
    ]
