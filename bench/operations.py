"""What is measured: for each operation the things that it needs, and the request that does it."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from bench.http import Client
from bench.shop import PASSWORD, PROJECT, SITE, Mould, mould_of, sku
from bench.slots import Slot, Variable, id_slot

STORE = f"/{PROJECT}/in-store/key={SITE}"
ADDRESS = {"streetName": "Main Street", "postalCode": "62701", "city": "Springfield", "state": "IL", "country": "US"}
BASKETS = 100
"""Different baskets of three products, so that orders do not all wait for the same row of stock."""

CART, GUEST_CART, CUSTOMER, GUEST = id_slot(0), id_slot(1), id_slot(2), Slot("guest-")
EMAIL = Slot("buyer@shop-")
NEW_IDS = tuple(id_slot(100 + number) for number in range(20))


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An operation that can be asked for: what each item is copied from, the request with ``%(i)012d`` for the item's
    number, and the slots by which an item is known in a statement."""

    moulds: Sequence[Sequence[Mould]]
    request: str
    slots: Sequence[Slot]
    answered: Callable[[dict[str, Any]], Mapping[str, Slot]] = lambda _answer: {}
    is_reusable: bool = False


@dataclass(frozen=True)
class Workshop:
    """What preparing needs: a caller, and the database beside the server."""

    client: Client
    connection: "asyncpg.Connection[Any]"
    password_hash: str

    async def cart(self, skus: Sequence[str], **draft: Any) -> dict[str, Any]:
        """A cart with one unit of each."""
        lines = [{"sku": each, "quantity": 1} for each in skus]
        body = {"currency": "USD", "country": "US", "lineItems": lines, **draft}
        made: dict[str, Any] = await self.client.post(f"{STORE}/carts", body)
        return made

    async def cart_mould(self, lines: int, slot: Slot = CART, **draft: Any) -> tuple[Mould, dict[str, Any]]:
        """The mould of a guest's cart with so many lines, each of another product, and the cart."""
        cart = await self.cart([sku(number) for number in range(lines)], anonymousId="guest-mould", **draft)
        slots = {cart["id"]: slot, "guest-mould": GUEST}
        return await mould_of(self.connection, "carts", "id", UUID(cart["id"]), slots), cart

    def request(self, method: str, path: str, body: Any = None) -> str:
        """A whole request as it is sent, with ``%(i)012d`` kept for the item's number."""
        return self.client.spelled(method, path, json.dumps(body) if body is not None else "")


Prepare = Callable[[Workshop], Awaitable[Prepared]]


@dataclass(frozen=True)
class Operation:
    """One row of the table for each number of connections. ``rate_max`` is a guess, for the warm-up's pool only."""

    word: str
    name: str
    rate_max: int
    prepare: Prepare


def reading(lines: int) -> Operation:
    """Reading a cart of so many lines for the site that it was priced for: bytes out."""

    async def prepare(shop: Workshop) -> Prepared:
        mould, _ = await shop.cart_mould(lines)
        request = shop.request("GET", f"{STORE}/carts/{CART.in_request}")
        return Prepared(moulds=[[mould]], request=request, slots=[CART], is_reusable=True)

    return Operation("read", f"read a cart of {lines} lines", 200, prepare)


def adding(lines: int) -> Operation:
    """Adding one line to a cart of exactly so many lines; each cart is used once."""

    async def prepare(shop: Workshop) -> Prepared:
        mould, cart = await shop.cart_mould(lines)
        action = {"action": "addLineItem", "sku": sku(lines), "quantity": 1}
        body = {"version": cart["version"], "actions": [action]}
        request = shop.request("POST", f"{STORE}/carts/{CART.in_request}", body)
        return Prepared(moulds=[[mould]], request=request, slots=[CART, GUEST])

    return Operation("add", f"add a line to {lines} lines", 6000 if lines < 50 else 2500, prepare)


async def create(shop: Workshop) -> Prepared:
    """An empty cart for a new guest."""
    body = {"currency": "USD", "country": "US", "anonymousId": GUEST.in_request}
    request = shop.request("POST", f"{STORE}/carts", body)
    return Prepared(moulds=[], request=request, slots=[GUEST])


async def _claim_moulds(shop: Workshop) -> list[list[Mould]]:
    """A customer with a cart of three lines, and a guest with one of three, one of which is in both."""
    made = await shop.client.post(f"/{PROJECT}/customers", {"email": "mould@example.com", "password": "mould"})
    customer_id = made["customer"]["id"]
    known = {customer_id: CUSTOMER, "mould@example.com": EMAIL}
    row = await mould_of(shop.connection, "customers", "id", UUID(customer_id), known)
    own = await shop.cart([sku(2), sku(3), sku(4)], customerId=customer_id)
    own_mould = await mould_of(shop.connection, "carts", "id", UUID(own["id"]), {own["id"]: CART, **known})
    guest_mould, _ = await shop.cart_mould(3, slot=GUEST_CART)
    await shop.connection.execute("DELETE FROM customers WHERE project = $1 AND id = $2", PROJECT, UUID(customer_id))
    return [[row.having(password_hash=shop.password_hash)], [own_mould], [guest_mould]]


async def merge(shop: Workshop) -> Prepared:
    """What a sign-in does with the guest's cart, asked for without a password."""
    body = {"anonymousCart": {"typeId": "cart", "id": GUEST_CART.in_request}, "anonymousId": GUEST.in_request}
    request = shop.request("POST", f"{STORE}/carts/customer-id={CUSTOMER.in_request}/merge", body)
    return Prepared(moulds=await _claim_moulds(shop), request=request, slots=[CART, GUEST_CART, CUSTOMER, GUEST])


async def login(shop: Workshop) -> Prepared:
    """A sign-in with its password, as the table's merge otherwise."""
    body = {
        "email": EMAIL.in_request,
        "password": PASSWORD,
        "anonymousCart": {"typeId": "cart", "id": GUEST_CART.in_request},
        "anonymousId": GUEST.in_request,
    }
    request = shop.request("POST", f"{STORE}/login", body)
    slots = [CART, GUEST_CART, CUSTOMER, GUEST, EMAIL]
    return Prepared(moulds=await _claim_moulds(shop), request=request, slots=slots)


async def order(shop: Workshop) -> Prepared:
    """Submitting a cart of three lines with an address, taking its stock."""
    variants: list[Mould] = []
    for basket in range(BASKETS):
        skus = [sku(3 * basket + number) for number in range(3)]
        cart = await shop.cart(skus, anonymousId="guest-mould", shippingAddress=ADDRESS)
        known = {cart["id"]: CART, "guest-mould": GUEST}
        variants.append(await mould_of(shop.connection, "carts", "id", UUID(cart["id"]), known))
    body = {"cart": {"typeId": "cart", "id": CART.in_request}, "version": cart["version"]}
    skus_of_item = [Slot("BENCH-", Variable(f"s{n}", times=3, plus=n, modulo=3 * BASKETS), width=4) for n in range(3)]
    return Prepared(
        moulds=[variants],
        request=shop.request("POST", f"{STORE}/orders", body),
        slots=[CART, GUEST, *skus_of_item],
        answered=lambda answer: {answer["orderNumber"]: Slot("B")},
    )


OPERATIONS: tuple[Operation, ...] = (
    *map(reading, (5, 50, 200)),
    Operation("create", "create a cart", 8000, create),
    *map(adding, (1, 10, 50, 100, 200)),
    Operation("merge", "sign-in merge, password left out", 3000, merge),
    Operation("login", "sign-in merge, with password", 200, login),
    Operation("order", "order from a cart of 3 lines", 4000, order),
)
