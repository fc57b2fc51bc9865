"""A project of one test, and everybody who may call on it."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx

from handcart import wiring
from tests.client import Api
from tests.database import Sql

CLIENTS = {"admin": "admin-secret", "backend": "backend-secret", "storefront": "storefront-secret"}
SHOPPER_SCOPES = "view_published_products manage_my_orders manage_my_profile"


class Project:
    """A project of one test, and its callers."""

    def __init__(self, key: str, http: httpx.Client, sql: Sql) -> None:
        self.key = key
        self.http = http
        self.sql = sql

    def api(self, token: str | None, **headers: str) -> Api:
        """Whoever has the token."""
        return Api(self.http, f"/{self.key}", token).with_headers(**headers)

    @property
    def nobody(self) -> Api:
        """A caller without a token."""
        return self.api(None)

    @cached_property
    def admin(self) -> Api:
        """The client that may do everything (``manage_project``)."""
        return self.api(self.token(client="admin", scope="manage_project create_staff_token"))

    @cached_property
    def backend(self) -> Api:
        """A trusted backend: customers, orders, products."""
        scope = "manage_customers manage_orders manage_products create_staff_token"
        return self.api(self.token(client="backend", scope=scope))

    @cached_property
    def storefront(self) -> Api:
        """The shop's own client, acting for nobody."""
        return self.api(self.token(scope=SHOPPER_SCOPES))

    def guest(self, anonymous_id: str | None = None) -> Api:
        """A new guest."""
        return self.api(self.token(anonymous_id=anonymous_id or f"guest-{secrets.token_hex(8)}"))

    def customer(self, key: str = "alice", *, device: str = "") -> Api:
        """A registered shopper, signed in."""
        return self.api(self.token(customer_id=self.customer_id(key), device=device))

    def staff(self, username: str = "agent7") -> Api:
        """A member of staff, signed in."""
        staff_id = self.sql.value("SELECT id FROM staff WHERE project = $1 AND username = $2", self.key, username)
        return self.api(self.token(client="backend", scope="", staff_id=staff_id))

    def customer_id(self, key: str) -> str:
        """A customer's id."""
        return str(self.sql.value("SELECT id FROM customers WHERE project = $1 AND key = $2", self.key, key))

    def token(
        self,
        *,
        client: str = "storefront",
        scope: str = SHOPPER_SCOPES,
        customer_id: str | None = None,
        anonymous_id: str | None = None,
        staff_id: UUID | None = None,
        device: str = "",
    ) -> str:
        """A bearer token; scopes are given without the project, or with a store as ``manage_orders@siteA``."""
        token = secrets.token_urlsafe(24)
        scopes = [":".join([name, self.key, *store]) for name, *store in (each.split("@") for each in scope.split())]
        if customer_id is not None:
            scopes.append(f"customer_id:{customer_id}")
        if anonymous_id is not None:
            scopes.append(f"anonymous_id:{anonymous_id}")
        self.sql.execute(
            "INSERT INTO tokens (hash, project, kind, client_id, scope, customer_id, anonymous_id, staff_id, device, "
            "expires_at) VALUES ($1, $2, 'access', $3, $4, $5, $6, $7, $8, $9)",
            sha256(token.encode()).digest(),
            self.key,
            client,
            " ".join(scopes),
            UUID(customer_id) if customer_id else None,
            anonymous_id,
            staff_id,
            device or secrets.token_hex(4),
            datetime.now(UTC) + timedelta(days=1),
        )
        return token

    def cart_row(self, cart_id: str) -> dict[str, Any]:
        """Everything that the database holds of a cart, to prove that nothing changed."""
        return self.sql.row("SELECT * FROM carts WHERE project = $1 AND id = $2", self.key, UUID(cart_id))

    def counts(self) -> dict[str, int]:
        """How many carts, orders and events there are, and how much stock."""
        return self.sql.row(
            "SELECT (SELECT count(*) FROM carts WHERE project = $1) AS carts, "
            "(SELECT count(*) FROM orders WHERE project = $1) AS orders, "
            "(SELECT count(*) FROM events WHERE project = $1) AS events, "
            "(SELECT sum(available_quantity)::bigint FROM inventory WHERE project = $1) AS stock",
            self.key,
        )

    def stock(self, sku: str, channel: str) -> int:
        """The available quantity of an SKU at a channel, by the channel's key."""
        return self.sql.value(
            "SELECT available_quantity FROM inventory i JOIN resources c ON c.project = i.project "
            "AND c.kind = 'channel' AND c.id = i.channel_id WHERE i.project = $1 AND i.sku = $2 AND c.key = $3",
            self.key,
            sku,
            channel,
        )

    def broken_invariants(self) -> list[Any]:
        """What `handcart check` finds wrong with the project."""
        return self.sql.run(wiring.check(self.sql.url, self.key))

    def wait_for_caches(self) -> None:
        """As long as another process may take to notice a change that a test made behind its back."""
        time.sleep(1.1)
