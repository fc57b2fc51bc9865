"""Agents who help shoppers with offline orders, as the tests use them."""

from typing import Any

from tests.builders import open_cart
from tests.client import Api
from tests.conftest import Project


class Agent:
    """A member of staff on a site, with an offline order."""

    def __init__(self, project: Project, username: str = "csr1", site: str = "siteA") -> None:
        self.project = project
        self.api = project.staff(username)
        self.site = site
        self.order: Any = None
        self.takeover: Any = None

    @property
    def there(self) -> Api:
        """The agent on the site."""
        return self.api.in_store(self.site)

    def draft(self, customer: str | None = "wade", **fields: Any) -> Any:
        """Create New Order, for a customer by key or for an anonymous shopper."""
        body = {"customerId": self.project.customer_id(customer)} if customer else {"anonymous": True}
        self.order = self.there.create("/offline-orders", {**body, **fields})
        return self.order

    def take_over(self, **fields: Any) -> Any:
        """View User's Cart, for the order that was drafted last."""
        answer = self.there.create(f"/offline-orders/{self.order['id']}/takeover", fields)
        self.takeover = answer["takeover"]
        return answer

    def help(self, customer: str | None = "wade") -> Any:
        """A new order, and the cart taken over for it."""
        self.draft(customer)
        return self.take_over()

    def change(self, *actions: dict[str, Any]) -> Any:
        """Change the cart in the takeover."""
        cart = self.api.read(f"/carts/{self.takeover['cartId']}")
        return self.there.change_cart(cart, *actions)

    def add_items(self) -> Any:
        """Add Items to Order; answers the order."""
        body = {"version": self.takeover["version"]}
        answer = self.there.write(f"/takeovers/{self.takeover['id']}/add-items-to-order", body)
        self.order, self.takeover = answer["order"], answer["takeover"]
        return self.order

    def prepare(self, *actions: dict[str, Any], customer: str | None = "wade") -> Any:
        """An order prepared from the customer's cart after these actions of the agent."""
        self.help(customer)
        if actions:
            self.change(*actions)
        return self.add_items()

    def on_takeover(self, path: str, body: Any = None) -> Any:
        """The answer to a request about the takeover, such as ``/heartbeat``."""
        return self.there.post(f"/takeovers/{self.takeover['id']}{path}", body)


def shopper_with(project: Project, *actions: dict[str, Any], customer: str = "wade", site: str = "siteA") -> Any:
    """A customer on a site, and the cart with these actions."""
    shopper = project.customer(customer)
    return shopper.in_store(site), open_cart(shopper, site, *actions)


def run_out(project: Project, takeover: dict[str, Any]) -> None:
    """Let a lease be over, as if nobody had been there for a quarter of an hour."""
    project.sql.execute(
        "UPDATE takeovers SET lease_until = now() - interval '1 second', document = convert_to(jsonb_set("
        "convert_from(document, 'UTF8')::jsonb, '{leaseUntil}', to_jsonb(to_char(now() AT TIME ZONE 'UTC' - "
        """interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))::text, 'UTF8') """
        "WHERE project = $1 AND id::text = $2",
        project.key,
        takeover["id"],
    )
