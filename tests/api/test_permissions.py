"""Who may do what, cell by cell: every route, asked by every kind of caller.

A new route needs a row here. Each row holds for the path at project level and, where there is one, for its twin
``/in-store/key={storeKey}``. Allowed means: neither 401 nor 403; what there is to see is another question.
"""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from handcart.api.routes import route_table
from tests.api import ccadmin
from tests.builders import NO_ID
from tests.client import Api, refused
from tests.conftest import Project
from tests.database import Sql, Template

CALLERS = "guest customer storefront backend admin agent csr updater supervisor boss".split()
"""Storefront, backend and admin are clients for nobody; staff from agent on, updater is a CSR with customer:update."""

SHOPPERS = "guest customer"
CLIENTS = "backend admin"
READERS = f"{CLIENTS} agent csr updater supervisor boss"
SETTINGS_READERS = f"{CLIENTS} csr updater supervisor boss"

TABLE: dict[str, str] = {
    "public": """
        GET /health/live
        GET /health/ready
        POST /oauth/token
        POST /oauth/token/revoke
        POST /oauth/introspect
        POST /oauth/{pk}/anonymous/token
        POST /oauth/{pk}/customers/token
        POST /oauth/{pk}/staff/token
        GET /{pk}/staff/login
        GET /{pk}/staff/callback
    """,
    "admin supervisor boss": """
        GET /{pk}/refused-actions
    """,
    "agent boss": """
        POST /{pk}/desk
        POST /{pk}/desk/customer-cart
        GET /{pk}/desk/pairings
        POST /{pk}/desk/pairings
        GET /{pk}/desk/pairings/{id}
        DELETE /{pk}/desk/pairings/{id}
        GET /{pk}/proposals
        POST /{pk}/proposals
        GET /{pk}/proposals/{id}
    """,
    "agent csr updater supervisor boss": """
        GET /{pk}/offline-orders
        POST /{pk}/offline-orders
        GET /{pk}/offline-orders/{id}
        POST /{pk}/offline-orders/{id}
        POST /{pk}/offline-orders/{id}/continuation
        GET /{pk}/takeovers/{id}
        GET /{pk}/desk
        GET /{pk}/desk/worklist
        GET /{pk}/desk/events
    """,
    "updater boss": """
        POST /{pk}/offline-orders/{id}/takeover
        POST /{pk}/takeovers/{id}/add-items-to-order
        POST /{pk}/takeovers/{id}/request
    """,
    "updater supervisor boss": """
        DELETE /{pk}/takeovers/{id}
        POST /{pk}/takeovers/{id}/heartbeat
    """,
    "supervisor boss": """
        POST /{pk}/takeovers/{id}/force
    """,
    SHOPPERS: """
        GET /{pk}/me/takeovers
        DELETE /{pk}/me/takeovers/{id}
        POST /{pk}/me/offline-orders/continue
        GET /{pk}/me/carts
        POST /{pk}/me/carts
        POST /{pk}/me/carts/replicate
        GET /{pk}/me/carts/{id}
        POST /{pk}/me/carts/{id}
        DELETE /{pk}/me/carts/{id}
        GET /{pk}/me/carts/{id}/history
        GET /{pk}/me/carts/{id}/events
        GET /{pk}/me/carts/{id}/versions/{version}
        POST /{pk}/me/carts/{id}/restore
        POST /{pk}/me/carts/{id}/undo-since
        POST /{pk}/me/carts/{id}/checkout
        POST /{pk}/me/carts/{id}/price-preview
        POST /{pk}/me/pairing-codes
        GET /{pk}/me/pairings
        DELETE /{pk}/me/pairings/{id}
        POST /{pk}/me/pairings/{id}/confirm
        POST /{pk}/me/pairings/{id}/refuse
        GET /{pk}/me/proposals
        GET /{pk}/me/proposals/{id}
        POST /{pk}/me/proposals/{id}
        POST /{pk}/me/hand-over
        POST /{pk}/me/hand-over/accept
        GET /{pk}/me/active-cart
        GET /{pk}/me/merges/{id}
        POST /{pk}/me/merges/{id}/undo
        POST /{pk}/me/current-cart
        GET /{pk}/me/current-cart
        GET /{pk}/me/orders
        POST /{pk}/me/orders
        GET /{pk}/me/orders/{id}
        GET /{pk}/me
        POST /{pk}/me
        DELETE /{pk}/me
        POST /{pk}/me/password
        POST /{pk}/me/password/reset
        POST /{pk}/me/email/confirm
    """,
    f"{SHOPPERS} storefront admin": """
        POST /{pk}/me/login
        POST /{pk}/me/signup
    """,
    " ".join(CALLERS): """
        GET /{pk}
        GET /{pk}/product-projections
        GET /{pk}/product-projections/{id}
        GET /{pk}/product-projections/key={key}
        GET /{pk}/product-search
        GET /{pk}/product-types
        GET /{pk}/product-types/{id}
        GET /{pk}/product-types/key={key}
        GET /{pk}/channels
        GET /{pk}/channels/{id}
        GET /{pk}/channels/key={key}
        GET /{pk}/shipping-methods/matching-location
        GET /{pk}/shipping-methods/matching-cart
    """,
    CLIENTS: """
        DELETE /{pk}/carts/{id}
        DELETE /{pk}/carts/key={key}
        GET /{pk}/carts
        GET /{pk}/carts/customer-id={customerId}
        POST /{pk}/carts/customer-id={customerId}/merge
        POST /{pk}/carts/merge-plan
        POST /{pk}/login
        DELETE /{pk}/customers/{id}
        DELETE /{pk}/customers/key={key}
        POST /{pk}/customers/password
        POST /{pk}/customers/password-token
        POST /{pk}/customers/password/reset
        POST /{pk}/customers/email-token
        POST /{pk}/customers/email/confirm
    """,
    f"{CLIENTS} agent updater boss": """
        POST /{pk}/carts
        POST /{pk}/carts/replicate
        GET /{pk}/carts/{id}
        GET /{pk}/carts/{id}/events
        POST /{pk}/carts/{id}/price-preview
        POST /{pk}/carts/{id}
        GET /{pk}/carts/key={key}
        POST /{pk}/carts/key={key}
        POST /{pk}/orders
    """,
    f"{CLIENTS} agent boss": """
        POST /{pk}/customers
    """,
    f"{CLIENTS} updater boss": """
        POST /{pk}/customers/{id}
        POST /{pk}/customers/key={key}
    """,
    f"{SHOPPERS} {CLIENTS}": """
        POST /{pk}/carts/resolve
    """,
    f"{SHOPPERS} agent boss": """
        POST /{pk}/proposals/{id}
    """,
    f"{CLIENTS} supervisor boss": """
        POST /{pk}/merges/{id}/undo
        POST /{pk}/carts/{id}/restore
        POST /{pk}/carts/{id}/undo-since
    """,
    READERS: """
        GET /{pk}/merges/{id}
        GET /{pk}/carts/{id}/history
        GET /{pk}/carts/{id}/versions/{version}
        GET /{pk}/orders
        GET /{pk}/orders/{id}
        GET /{pk}/orders/order-number={orderNumber}
        GET /{pk}/customers
        GET /{pk}/customers/{id}
        GET /{pk}/customers/key={key}
        GET /{pk}/customers/password-token={passwordToken}
        GET /{pk}/customers/email-token={emailToken}
        GET /{pk}/desk/customers
        GET /{pk}/desk/customers/{id}
        GET /{pk}/business-units
        GET /{pk}/business-units/{id}
        GET /{pk}/business-units/key={key}
    """,
    SETTINGS_READERS: """
        GET /{pk}/types
        GET /{pk}/types/{id}
        GET /{pk}/types/key={key}
        GET /{pk}/tax-categories
        GET /{pk}/tax-categories/{id}
        GET /{pk}/tax-categories/key={key}
        GET /{pk}/zones
        GET /{pk}/zones/{id}
        GET /{pk}/zones/key={key}
        GET /{pk}/shipping-methods
        GET /{pk}/shipping-methods/{id}
        GET /{pk}/shipping-methods/key={key}
        GET /{pk}/customer-groups
        GET /{pk}/customer-groups/{id}
        GET /{pk}/customer-groups/key={key}
    """,
    "admin agent csr updater supervisor boss": """
        GET /{pk}/stores
        GET /{pk}/stores/{id}
        GET /{pk}/stores/key={key}
    """,
    f"{CLIENTS} boss": """
        GET /{pk}/products
        GET /{pk}/products/{id}
        GET /{pk}/products/key={key}
        POST /{pk}/products
        POST /{pk}/products/{id}
        DELETE /{pk}/products/{id}
        POST /{pk}/products/key={key}
        DELETE /{pk}/products/key={key}
        POST /{pk}/product-types
        POST /{pk}/product-types/{id}
        POST /{pk}/product-types/key={key}
        GET /{pk}/inventory
        GET /{pk}/inventory/{id}
        GET /{pk}/inventory/key={key}
        POST /{pk}/inventory
        POST /{pk}/inventory/{id}
        DELETE /{pk}/inventory/{id}
        POST /{pk}/inventory/key={key}
        DELETE /{pk}/inventory/key={key}
        POST /{pk}/channels
        POST /{pk}/channels/{id}
        DELETE /{pk}/channels/{id}
        POST /{pk}/channels/key={key}
        DELETE /{pk}/channels/key={key}
    """,
    "admin boss": """
        POST /{pk}/types
        POST /{pk}/types/{id}
        DELETE /{pk}/types/{id}
        POST /{pk}/types/key={key}
        DELETE /{pk}/types/key={key}
        POST /{pk}/tax-categories
        POST /{pk}/tax-categories/{id}
        DELETE /{pk}/tax-categories/{id}
        POST /{pk}/tax-categories/key={key}
        DELETE /{pk}/tax-categories/key={key}
        POST /{pk}/zones
        POST /{pk}/zones/{id}
        DELETE /{pk}/zones/{id}
        POST /{pk}/zones/key={key}
        DELETE /{pk}/zones/key={key}
        POST /{pk}/shipping-methods
        POST /{pk}/shipping-methods/{id}
        DELETE /{pk}/shipping-methods/{id}
        POST /{pk}/shipping-methods/key={key}
        DELETE /{pk}/shipping-methods/key={key}
        POST /{pk}/customer-groups
        POST /{pk}/customer-groups/{id}
        DELETE /{pk}/customer-groups/{id}
        POST /{pk}/customer-groups/key={key}
        DELETE /{pk}/customer-groups/key={key}
        GET /{pk}/cart-discounts
        GET /{pk}/cart-discounts/{id}
        GET /{pk}/cart-discounts/key={key}
        POST /{pk}/cart-discounts
        POST /{pk}/cart-discounts/{id}
        DELETE /{pk}/cart-discounts/{id}
        POST /{pk}/cart-discounts/key={key}
        DELETE /{pk}/cart-discounts/key={key}
        GET /{pk}/discount-codes
        GET /{pk}/discount-codes/{id}
        GET /{pk}/discount-codes/key={key}
        POST /{pk}/discount-codes
        POST /{pk}/discount-codes/{id}
        DELETE /{pk}/discount-codes/{id}
        POST /{pk}/discount-codes/key={key}
        DELETE /{pk}/discount-codes/key={key}
        POST /{pk}/stores
        POST /{pk}/stores/{id}
        DELETE /{pk}/stores/{id}
        POST /{pk}/stores/key={key}
        DELETE /{pk}/stores/key={key}
        GET /ccadmin/v1/siteGroups
        POST /ccadmin/v1/siteGroups
        GET /ccadmin/v1/siteGroups/{id}
        PUT /ccadmin/v1/siteGroups/{id}
        DELETE /ccadmin/v1/siteGroups/{id}
        GET /ccadmin/v1/siteGroups/{id}/readiness
        GET /ccadmin/v1/siteGroups/{id}/changes
        POST /ccadmin/v1/siteGroups/{id}/preview
        GET /ccadmin/v1/sites
        POST /ccadmin/v1/sites
        GET /ccadmin/v1/sites/{id}
        PUT /ccadmin/v1/sites/{id}
        DELETE /ccadmin/v1/sites/{id}
        GET /ccadmin/v1/publishing/changes
        POST /ccadmin/v1/publish
        GET /ccadmin/v1/webhooks
        GET /ccadmin/v1/webhooks/{event}
        DELETE /ccadmin/v1/webhooks/{event}
        PUT /ccadmin/v1/webhooks/{event}
        POST /ccadmin/v1/webhooks/{event}/secret
        GET /ccadmin/v1/webhooks/{event}/deliveries
        POST /ccadmin/v1/webhooks/{event}/deliveries/{id}/resend
        GET /ccadmin/v1/roles
        GET /ccadmin/v1/roles/{key}
        PUT /ccadmin/v1/roles/{key}
        DELETE /ccadmin/v1/roles/{key}
        GET /ccadmin/v1/staff
        GET /ccadmin/v1/staff/{username}
        PUT /ccadmin/v1/staff/{username}
        DELETE /ccadmin/v1/staff/{username}
        GET /ccadmin/v1/identityProvider
        PUT /ccadmin/v1/identityProvider
        DELETE /ccadmin/v1/identityProvider
    """,
}

ALLOWED = {row.strip(): who.split() for who, rows in TABLE.items() for row in rows.strip().splitlines()}
ROUTES = [f"{route.method} {route.pattern}" for route in route_table().routes]
IN_STORE = "/in-store/key={storeKey}"


def row_of(route: str) -> str:
    return route.replace(IN_STORE, "")


@dataclass
class Askers:
    """All callers of one project, and one of another."""

    project: Project
    nobody: Api
    stranger: Api
    by_name: dict[str, Api]

    def ask(self, caller: Api, route: str) -> httpx.Response:
        """One request to a route, about something that does not exist."""
        method, pattern = route.split(" ")
        values = {"pk": self.project.key, "storeKey": "siteA", "id": NO_ID, "customerId": NO_ID}
        path = re.sub(r"\{(\w+)\}", lambda found: values.get(found.group(1), "nothing"), pattern)
        options: dict[str, Any] = {"params": {"version": 1}} if method == "DELETE" and path.endswith(NO_ID) else {}
        if path.endswith("/desk/events"):
            return begun(caller, path)
        return caller.outside().request(method, path, {} if method in ("POST", "PUT") else None, **options)


def begun(caller: Api, path: str) -> httpx.Response:
    """The answer to a request whose answer has no end: where it is none, what was said instead."""
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    with caller.http.stream("GET", path, headers=headers) as response:
        if response.status_code != 200:
            response.read()
    return response


@pytest.fixture(scope="module")
def askers(template: Template, http: httpx.Client, sql: Sql) -> Askers:
    project = Project(template.copy(), http, sql)
    callers = [project.guest(), project.customer(), project.storefront, project.backend, project.admin]
    callers += [project.staff(name) for name in ("agent7", "csr2", "csr1", "sup1", "admin")]
    by_name = dict(zip(CALLERS, callers, strict=True))
    stranger = Project(template.copy(), http, sql).admin.on_project(project.key)
    return Askers(project, project.nobody, stranger, by_name)


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted({row_of(route) for route in ROUTES} - set(ALLOWED)) == []
    assert sorted(set(ALLOWED) - {row_of(route) for route in ROUTES}) == []


@pytest.mark.parametrize("route", [route for route in ROUTES if row_of(route) in ALLOWED])
def test_only_who_may_gets_past_the_door(askers: Askers, route: str):
    allowed = ALLOWED[row_of(route)]
    if allowed == ["public"]:
        for caller in (askers.nobody, *askers.by_name.values()):
            response = askers.ask(caller, route)
            assert response.status_code < 500, response.text
            assert "insufficient_scope" not in response.text
        return
    denied(askers.ask(askers.nobody, route), 401, "invalid_token")
    if "{pk}" in route:
        # Elsewhere the token says the project, and a stranger acts on its own.
        denied(askers.ask(askers.stranger, route), 403, "insufficient_scope")
    got_in = [name for name, caller in askers.by_name.items() if gets_in(askers.ask(caller, route))]
    assert got_in == [name for name in CALLERS if name in allowed]


def denied(response: httpx.Response, status: int, code: str) -> None:
    is_admin = response.request.url.path.startswith("/ccadmin/")
    (ccadmin.refused if is_admin else refused)(response, status, code)


def gets_in(response: httpx.Response) -> bool:
    assert response.status_code < 500, response.text
    if response.status_code == 403:
        denied(response, 403, "insufficient_scope")
        return False
    assert response.status_code != 401, response.text
    return True


def test_a_scope_for_one_store_holds_in_that_store_alone(askers: Askers):
    project = askers.project
    clerk = project.api(project.token(client="backend", scope="manage_orders@siteA view_published_products@siteA"))
    assert clerk.in_store("siteA").post("/carts", {"currency": "USD"}).status_code == 201
    refused(clerk.in_store("siteB").post("/carts", {"currency": "USD"}), 403, "insufficient_scope")
    refused(clerk.post("/carts", {"currency": "USD"}), 403, "insufficient_scope")
    refused(clerk.with_headers(X_CCSite="siteA").post("/carts", {"currency": "USD"}), 403, "insufficient_scope")
    refused(
        clerk.in_store("siteA").with_headers(X_CCSite="siteB").post("/carts", {"currency": "USD"}), 400, "InvalidInput"
    )


def test_who_may_only_look_changes_nothing(askers: Askers):
    project = askers.project
    cart = project.admin.in_store("siteA").create("/carts", {"currency": "USD"})
    viewer = project.api(project.token(client="backend", scope="view_orders"))
    assert viewer.read(f"/carts/{cart['id']}") == cart
    update = {"version": cart["version"], "actions": [{"action": "addLineItem", "sku": "TEE"}]}
    for response in (
        viewer.post(f"/carts/{cart['id']}", update),
        viewer.delete(f"/carts/{cart['id']}", params={"version": 1}),
        viewer.post("/carts", {"currency": "USD"}),
        viewer.post("/orders", {"id": cart["id"], "version": 1}),
    ):
        refused(response, 403, "insufficient_scope")
    assert viewer.read(f"/carts/{cart['id']}") == cart


def test_a_change_of_roles_holds_on_the_next_request(askers: Askers):
    project = askers.project
    csr = askers.by_name["csr"]
    refused(csr.post("/customers", {}), 403, "insufficient_scope")
    project.sql.execute("UPDATE staff SET roles = '{SalesAgent}' WHERE project = $1 AND username = 'csr2'", project.key)
    refused(csr.post("/customers", {}), 400, "RequiredField")
    project.sql.execute("UPDATE staff SET roles = '{}' WHERE project = $1 AND username = 'csr2'", project.key)
    refused(csr.get("/customers"), 403, "insufficient_scope")
    project.sql.execute("UPDATE staff SET roles = '{CSR}' WHERE project = $1 AND username = 'csr2'", project.key)
    assert csr.get("/customers").status_code == 200


def test_staff_without_a_desk_sees_nobodys_cart_or_order(askers: Askers):
    project = askers.project
    alice = askers.by_name["customer"]
    cart = alice.in_store("siteA").post("/me/current-cart").json()
    for name in ("agent", "updater", "boss"):
        for api in (askers.by_name[name], askers.by_name[name].in_store("siteA")):
            refused(api.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
            refused(api.post(f"/carts/{cart['id']}", {"version": 1, "actions": []}), 404, "ResourceNotFound")
            replica = api.post("/carts/replicate", {"reference": {"typeId": "cart", "id": cart["id"]}})
            assert replica.status_code in (400, 404), replica.text
            ordered = api.post("/orders", {"id": cart["id"], "version": 1})
            assert ordered.status_code in (403, 404), ordered.text
    assert project.cart_row(cart["id"])["version"] == cart["version"]


def test_an_expired_token_is_none(askers: Askers):
    project = askers.project
    caller = project.guest()
    project.sql.execute("UPDATE tokens SET expires_at = now() - interval '1 second' WHERE project = $1", project.key)
    try:
        refused(caller.get("/me/carts"), 401, "invalid_token")
    finally:
        project.sql.execute("UPDATE tokens SET expires_at = now() + interval '1 day' WHERE project = $1", project.key)
