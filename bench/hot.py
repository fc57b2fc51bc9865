"""The one row with contention: eight connections add to the same cart and name no version."""

from bench.bound import Pool
from bench.measure import Bench, Row
from bench.operations import CART, STORE, Prepared, Workshop
from bench.shop import sku

LINES = 10
CONNECTIONS = 8
NAME = f"add to one cart, {CONNECTIONS} at once, no version"


async def prepare(shop: Workshop) -> Prepared:
    """A unit more of a product that the cart has already: it does not grow, so every request costs the same."""
    mould, _ = await shop.cart_mould(LINES)
    body = {"actions": [{"action": "addLineItem", "sku": sku(0), "quantity": 1}]}
    request = shop.request("POST", f"{STORE}/carts/{CART.in_request}", body)
    return Prepared(moulds=[[mould]], request=request, slots=[CART], is_reusable=True)


async def hot_row(bench: Bench, prepared: Prepared, bound: float | None) -> Row:
    """The row. Writes of one cart follow one another, so its ``bound`` is that of one connection."""
    pool: Pool = await bench.items(prepared, 1)
    bench.send(prepared, pool, connections=CONNECTIONS, seconds=bench.choices.warm_up_seconds)
    outcome = bench.send(prepared, pool, connections=CONNECTIONS, seconds=bench.choices.seconds)
    rps = outcome.count / outcome.seconds
    return Row(
        operation=NAME,
        connections=CONNECTIONS,
        rps=rps,
        bound_rps=bound,
        ratio=rps / bound if bound else None,
        p50_ms=outcome.p50_ms,
        p95_ms=outcome.p95_ms,
        p99_ms=outcome.p99_ms,
        statements=None,
        server_us=None,
    )
