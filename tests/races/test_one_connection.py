"""Whoever holds locks never waits for a second connection: everything works in a process that has only one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from handcart import wiring
from handcart.config import Config
from tests.builders import US_ADDRESS, action, add
from tests.client import ok
from tests.conftest import Project


@pytest.fixture
async def frugal(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application with a single connection to the database."""
    application = wiring.build_app(Config(data_folder=Path("unused"), connections=1), database_url)
    await application._stores.database.open()
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client
    await application._stores.database.close()


class Caller:
    """One caller who waits for an answer no longer than ten seconds."""

    def __init__(self, client: httpx.AsyncClient, root: str, token: str) -> None:
        self._client, self._root, self._headers = client, root, {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: Any) -> Any:
        asked = self._client.post(self._root + path, json=body, headers=self._headers)
        return ok(await asyncio.wait_for(asked, 10))


async def test_sign_ins_merges_and_orders_need_one_connection(project: Project, frugal: httpx.AsyncClient):
    root = f"/{project.key}/in-store/key=siteA"
    guest = Caller(frugal, root, project.guest("frugal-guest").token or "")
    backend = Caller(frugal, root, project.backend.token or "")
    alice = Caller(frugal, root, project.customer("alice").token or "")
    mine = await alice.post("/me/current-cart", {})
    await alice.post(f"/me/carts/{mine['id']}", {"version": 1, "actions": [add("MUG")]})
    ordered = await guest.post("/me/carts", {"currency": "USD", "lineItems": [{"sku": "PEN"}]})
    actions = [action("setShippingAddress", address=US_ADDRESS)]
    ordered = await guest.post(f"/me/carts/{ordered['id']}", {"version": 1, "actions": actions})
    await guest.post("/me/orders", {"id": ordered["id"], "version": ordered["version"]})
    await guest.post("/me/carts", {"currency": "USD", "lineItems": [{"sku": "TEE"}]})
    await backend.post("/carts/merge-plan", {"email": "alice@example.com", "anonymousId": "frugal-guest"})
    body = {"email": "alice@example.com", "password": "pw", "anonymousId": "frugal-guest"}
    result = await backend.post("/login", body)
    assert [each["variant"]["sku"] for each in result["cart"]["lineItems"]] == ["MUG", "TEE"]
    await alice.post(f"/me/merges/{result['mergeReceipts'][0]}/undo", {})
    newcomer = {"email": "frugal@example.com", "password": "pw", "anonymousId": "another-guest"}
    await backend.post("/customers", newcomer)


async def test_updates_that_lose_the_race_and_take_the_lock_need_one_connection(
    project: Project, frugal: httpx.AsyncClient
):
    root = f"/{project.key}/in-store/key=siteA"
    backend = Caller(frugal, root, project.backend.token or "")
    cart = await backend.post("/carts", {"currency": "USD"})
    path, body = f"/carts/{cart['id']}", {"baseVersion": 1, "actions": [add("TEE")]}
    answers = await asyncio.gather(*(backend.post(path, body) for _ in range(12)))
    assert max(each["lineItems"][0]["quantity"] for each in answers) == 12
