"""How many statements a route sends to the database once the caches are warm: the numbers are a ceiling and a floor.

BEGIN and COMMIT are not counted.
"""

from typing import Any

import httpx
import pytest

from handcart.store.stores import Stores
from tests.api.ccadmin import Ccadmin
from tests.builders import add, change_quantity, open_cart, order, remove, ship_to
from tests.client import Api
from tests.conftest import CLIENTS, Project

ON_SITE = "/in-store/key=siteA"


class Counting:
    """Requests in the tests' own process, and how many statements each has sent."""

    def __init__(self, project: Project, client: httpx.AsyncClient, stores: Stores) -> None:
        self._project = project
        self._client = client
        self._stores = stores

    async def request(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """The number of statements of a request, and the answer, which has to be a success."""
        # Nobody polls for changes in this process, so a poll would otherwise fall to the request itself.
        await self._stores.changes.poll()
        before = self._stores.database.statements_sent
        response = await self._client.request(method, path, **options)
        assert response.is_success, response.text
        return self._stores.database.statements_sent - before, response.json()

    async def send(self, caller: Api, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The same for a caller with a token, on a path of the project."""
        sent = {"Authorization": f"Bearer {caller.token}", **headers}
        return await self.request(method, f"/{self._project.key}{path}", json=body, headers=sent)

    async def ask_for_token(self, path: str, **form: str) -> tuple[int, Any]:
        """The same for the shop's client at one of the token endpoints."""
        return await self.request("POST", path, data=form, auth=("storefront", CLIENTS["storefront"]))

    async def warm(self, *callers: Api) -> None:
        """Have the catalogue, two products and these callers' tokens at hand."""
        for caller in (self._project.admin, *callers):
            await self.send(caller, "GET", f"{ON_SITE}/product-projections?limit=1")
        draft = {"currency": "USD", "lineItems": [{"sku": "TEE"}, {"sku": "MUG"}]}
        await self.send(self._project.admin, "POST", f"{ON_SITE}/carts", draft)


@pytest.fixture
async def counting(project: Project, in_process: httpx.AsyncClient, stores: Stores) -> Counting:
    return Counting(project, in_process, stores)


async def test_reading_a_cart_is_one_statement(project: Project, counting: Counting) -> None:
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    await counting.warm(alice)
    for path in (f"{ON_SITE}/me/carts/{cart['id']}", f"{ON_SITE}/me/current-cart"):
        assert (await counting.send(alice, "GET", path))[0] == 1
    assert (await counting.send(project.admin, "GET", f"/carts/{cart['id']}"))[0] == 1


async def test_a_token_that_was_not_seen_yet_is_one_statement_more(project: Project, counting: Counting) -> None:
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"))
    await counting.warm()
    assert (await counting.send(alice, "GET", f"{ON_SITE}/me/carts/{cart['id']}"))[0] == 2


@pytest.mark.parametrize("site", [ON_SITE, ""])
@pytest.mark.parametrize("named", ["version", "nothing"])
async def test_adding_a_line_is_two_statements(named: str, site: str, project: Project, counting: Counting) -> None:
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("MUG"))
    await counting.warm(guest)
    body = {"actions": [add("TEE")]} | ({"version": cart["version"]} if named == "version" else {})
    assert (await counting.send(guest, "POST", f"{site}/me/carts/{cart['id']}", body))[0] == 2


async def test_every_other_change_of_a_cart_is_two_statements(project: Project, counting: Counting) -> None:
    alice = project.customer()
    cart = open_cart(alice, "siteA", add("TEE"), add("MUG"))
    await counting.warm(alice)
    tee, mug = cart["lineItems"]
    for change in (change_quantity(tee, 3), remove(mug), ship_to()):
        body = {"version": cart["version"], "actions": [change]}
        sent, cart = await counting.send(alice, "POST", f"{ON_SITE}/me/carts/{cart['id']}", body)
        assert (change["action"], sent) == (change["action"], 2)


async def test_an_idempotency_key_is_one_statement_more_and_a_replay_is_one(
    project: Project, counting: Counting
) -> None:
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("MUG"))
    await counting.warm(guest)
    body = {"actions": [add("TEE")]}
    for statements in (3, 1):
        sent, _ = await counting.send(
            guest, "POST", f"{ON_SITE}/me/carts/{cart['id']}", body, **{"Idempotency-Key": "once"}
        )
        assert sent == statements


async def test_the_current_cart_is_one_statement_where_it_exists_and_four_where_it_is_made(
    project: Project, counting: Counting
) -> None:
    guest = project.guest()
    await counting.warm(guest)
    # Looked for; the guest's row locked; looked for again; inserted.
    for statements in (4, 1, 1):
        sent, _ = await counting.send(guest, "POST", f"{ON_SITE}/me/current-cart", {})
        assert sent == statements


async def test_a_change_of_groups_costs_the_next_opening_some_statements_once_and_then_nothing(
    project: Project, counting: Counting
) -> None:
    alice = project.customer()
    open_cart(alice, "siteA")
    for sites, first in (("A", 7), ("AB", 6)):
        Ccadmin(project).put_group("G1", sites=[{"id": f"site{each}"} for each in sites])
        await counting.warm(alice)
        # Looked for and listed; the owner locked, the carts listed, locked and settled; those where sites left listed.
        for statements in (first, 1, 1):
            sent, _ = await counting.send(alice, "POST", f"{ON_SITE}/me/current-cart", {})
            assert sent == statements


@pytest.mark.parametrize("kinds", [1, 2])
async def test_submitting_is_two_statements_however_much_is_bought(
    kinds: int, project: Project, counting: Counting
) -> None:
    guest = project.guest()
    cart = open_cart(guest, "siteA", *[add("TEE"), add("MUG")][:kinds], ship_to())
    await counting.warm(guest)
    body = {"id": cart["id"], "version": cart["version"]}
    sent, order = await counting.send(guest, "POST", f"{ON_SITE}/me/orders", body)
    assert sent == 2
    assert (await counting.send(guest, "GET", f"{ON_SITE}/me/orders/{order['id']}"))[0] == 1


@pytest.mark.parametrize(
    ("guest_has", "customer_has", "statements"),
    [("no session", "nothing", 5), ("nothing", "nothing", 8), ("a cart", "nothing", 9), ("a cart", "a cart", 11)],
)
async def test_signing_in_takes_as_few_statements_as_it_does_now(
    guest_has: str, customer_has: str, statements: int, project: Project, counting: Counting
) -> None:
    session = f"session-{project.key}"
    if guest_has == "a cart":
        open_cart(project.guest(session), "siteA", add("TEE"))
    if customer_has == "a cart":
        open_cart(project.customer("bob"), "siteA", add("MUG"))
    await counting.warm(project.backend)
    who = {"email": "bob@example.com", "password": "pw"}
    if guest_has != "no session":
        who["anonymousId"] = session
    sent, answer = await counting.send(project.backend, "POST", f"{ON_SITE}/login", who)
    assert ("cart" in answer, sent) == (guest_has == "a cart", statements)


async def test_tokens_take_as_few_statements_as_they_do_now(project: Project, counting: Counting) -> None:
    bob = {"grant_type": "password", "username": "bob@example.com", "password": "pw"}
    await counting.warm()
    mine = {"grant_type": "client_credentials", "scope": f"view_published_products:{project.key}"}
    assert (await counting.ask_for_token("/oauth/token", **mine))[0] == 3
    sent, _ = await counting.ask_for_token(f"/oauth/{project.key}/anonymous/token", grant_type="client_credentials")
    assert sent == 4
    sent, token = await counting.ask_for_token(f"/oauth/{project.key}/customers/token", **bob)
    assert sent == 8
    refresh = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    assert (await counting.ask_for_token("/oauth/token", **refresh))[0] == 4


async def test_s0_43_a_switch_costs_the_same_after_many(project: Project, counting: Counting) -> None:
    agent, ids = project.staff("agent7"), [project.customer_id(each) for each in ("alice", "bob")]
    await counting.warm(agent)
    active = ""

    async def select(customer_id: str) -> int:
        nonlocal active
        body = {"activeCustomerId": active, "selectedCustomerId": customer_id}
        sent, answer = await counting.send(agent, "POST", f"{ON_SITE}/desk/customer-cart", body)
        active = answer["cartCustomerId"]
        return sent

    for each in ids:
        await select(each)
    first = [await select(each) for each in ids]
    for number in range(20):
        draft = {"email": f"served-{number}@example.com", "password": "pw"}
        _, made = await counting.send(project.backend, "POST", "/customers", draft)
        await select(made["customer"]["id"])
    await select(ids[1])
    assert [await select(each) for each in ids] == first == [8, 8]


async def test_a_customer_at_a_glance_is_four_statements_however_much_there_is(
    project: Project, counting: Counting
) -> None:
    bob = project.customer("bob")
    await counting.warm(project.backend)
    path = f"/desk/customers/{project.customer_id('bob')}"
    for orders in range(3):
        sent, seen = await counting.send(project.backend, "GET", path)
        assert (sent, len(seen["lastOrders"])) == (4, orders)
        order(bob, add("TEE"))
        open_cart(bob, "siteD", add("MUG"))


async def test_a_search_for_a_customer_is_one_statement_and_for_one_who_is_misspelled_three(
    project: Project, counting: Counting
) -> None:
    await counting.warm(project.backend)
    for question, statements in (("wade", 1), ("0170 1234567", 1), ("whade", 3)):
        sent, _ = await counting.send(project.backend, "GET", f"/desk/customers?q={question.replace(' ', '+')}")
        assert (question, sent) == (question, statements)
