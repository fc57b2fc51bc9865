"""Making a project file's carts, by the same decisions as the API and within the transaction of the load."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from handcart.actions.deciding import sold_in, written
from handcart.actions.ordering import order_write
from handcart.domain.acting import Acting
from handcart.domain.caller import Caller, Grant
from handcart.domain.cart import Actor, Cart
from handcart.domain.cart_draft import currency_on, empty_cart
from handcart.domain.cart_owner import CartOwner
from handcart.domain.catalogue import Catalogue
from handcart.domain.checkout import checked_out
from handcart.domain.document import timestamp_of
from handcart.domain.errors import InvalidInput, ReferencedResourceNotFound
from handcart.domain.order import OrderFromCartDraft, out_of_stock, plan_submission
from handcart.domain.price import Priced, price_cart
from handcart.domain.project_file_carts import CartEntry
from handcart.domain.updates.action import CartAction
from handcart.domain.updates.apply import apply_actions, products_of, skus_of
from handcart.store import carts, orders
from handcart.store.customers import find_customer_by_key
from handcart.store.database import Transaction
from handcart.store.owners import owner_from
from handcart.store.stores import Stores


class CartLoading:
    """The making of carts in one load."""

    def __init__(self, stores: Stores, transaction: Transaction, catalogue: Catalogue, now: datetime) -> None:
        self._stores = stores
        self._transaction = transaction
        self._catalogue = catalogue
        self._project = catalogue.settings.key
        self._now = timestamp_of(now)
        self._caller = Caller(project=self._project, client_id="", grants=frozenset({Grant("manage_project")}))

    async def load(self, entry: CartEntry) -> bool:
        """Make the cart of an entry; False where a cart with its key is there, whatever has become of it.

        Raises whatever the API would refuse; a cart is ordered on the site that it was made on.
        """
        if await carts.find_cart_by_key(self._transaction, self._project, entry.key) is not None:
            return False
        await self._create(entry)
        for site, actions in ((entry.site, entry.actions), *((each.site, each.actions) for each in entry.elsewhere)):
            if actions:
                await self._update(entry.key, site, actions)
        if entry.checkout:
            await self._change(entry.key, self._acting(entry.site), "CheckoutStarted", checked_out)
        if entry.order:
            await self._order(entry)
        return True

    def _acting(self, site: str) -> Acting:
        if site not in self._catalogue.sites:
            raise ReferencedResourceNotFound(type_id="store", key=site)
        return Acting(
            catalogue=self._catalogue,
            site=self._catalogue.sites[site],
            now=self._now,
            new_id=self._stores.clock.new_uuid,
            actor=Actor(is_platform_client=True),
            is_locksmith=True,
        )

    async def _owner(self, entry: CartEntry) -> CartOwner:
        if (entry.customer is None) == (entry.anonymous_id is None):
            raise InvalidInput(detail="A cart has either a customer or an anonymousId.")
        if entry.customer is None:
            return CartOwner(anonymous_id=entry.anonymous_id)
        customer = await find_customer_by_key(self._transaction, self._project, entry.customer)
        if customer is None:
            raise ReferencedResourceNotFound(type_id="customer", key=entry.customer)
        return owner_from(customer)

    async def _create(self, entry: CartEntry) -> None:
        acting = self._acting(entry.site)
        unit = entry.business_unit
        if unit is not None and unit not in self._catalogue.business_units.by_key:
            raise ReferencedResourceNotFound(type_id="business-unit", key=unit)
        empty = empty_cart(
            acting=acting,
            owner=await self._owner(entry),
            currency=currency_on(acting.site, acting, None),
            store=acting.site,
            name=entry.name,
            business_unit=unit,
            ship_to=entry.ship_to,
        )
        cart = replace(empty, key=entry.key)
        priced = price_cart(cart, catalogue=self._catalogue, site=acting.site, now=self._now)
        write = written(
            self._stores, caller=self._caller, kind="CartCreated", before=None, priced=priced, acting=acting
        )
        await carts.insert_cart(self._transaction, self._project, write)

    async def _update(self, key: str, site: str, actions: Sequence[CartAction]) -> None:
        acting = self._acting(site)
        await self._load_offers(skus_of(actions), products_of(None, actions))
        await self._change(key, acting, "CartChanged", lambda cart, _: apply_actions(cart, actions, acting), actions)

    async def _change(
        self,
        key: str,
        acting: Acting,
        kind: str,
        decide: Callable[[Cart, Acting], Priced],
        actions: Sequence[Any] = (),
    ) -> None:
        before = await carts.find_cart_by_key(self._transaction, self._project, key)
        assert before is not None, "it was made in this transaction"
        await self._load_offers(set(), sold_in(before.cart))
        priced = decide(before.cart, acting)
        if priced.cart is not before.cart:
            write = written(
                self._stores,
                caller=self._caller,
                kind=kind,
                before=before,
                priced=priced,
                acting=acting,
                actions=actions,
            )
            await carts.change_locked_cart(self._transaction, self._project, write)

    async def _order(self, entry: CartEntry) -> None:
        found = await orders.load_cart_and_order_number(self._transaction, self._project, cart_id=None, key=entry.key)
        assert found is not None, "it was made in this transaction"
        before, order_number = found
        acting = self._acting(entry.site)
        await self._load_offers(set(), sold_in(before.cart))
        submission = plan_submission(
            before.cart,
            OrderFromCartDraft(version=before.version),
            acting=acting,
            order_id=self._stores.clock.new_uuid(),
            order_number=order_number,
        )
        cart_write = written(
            self._stores, caller=self._caller, kind="CartOrdered", before=before, priced=submission.cart, acting=acting
        )
        write = order_write(self._stores, submission, cart_write=cart_write, actor=acting.actor)
        done = await orders.submit_cart(self._transaction, self._project, write, None)
        if not done.is_done:
            raise out_of_stock(before.cart, done.short, acting)

    async def _load_offers(self, skus: set[str], product_ids: set[str]) -> None:
        await self._stores.catalogues.load_offers(
            self._catalogue, skus=skus, product_ids=product_ids, within=self._transaction
        )
