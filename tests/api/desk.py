"""An agent's desk as the tests use it."""

from typing import Any

from tests.client import Api
from tests.conftest import Project


class Desk:
    """One sign-in of an agent, on a site, which knows whom it made active."""

    def __init__(self, project: Project, username: str = "agent7", site: str = "siteA", agent: Api | None = None):
        self.project = project
        self.site = site
        self.agent = agent or project.staff(username)
        self.active = ""

    @property
    def there(self) -> Api:
        """The agent on the desk's site."""
        return self.agent.in_store(self.site)

    def body(self, selected: str, active: str | None = None) -> dict[str, str]:
        """A switch to somebody, by id."""
        return {"activeCustomerId": self.active if active is None else active, "selectedCustomerId": selected}

    def select(self, selected: str, **options: Any) -> Any:
        """Switch to a customer by key, or to whoever has the id; answers the whole envelope."""
        customer_id = self.project.customer_id(selected) if selected.isalpha() else selected
        answer = self.there.write("/desk/customer-cart", self.body(customer_id), **options)
        self.active = answer["cartCustomerId"]
        return answer

    def add(self, cart: dict[str, Any], *actions: dict[str, Any]) -> Any:
        """Change the cart with actions that need no version."""
        return self.there.write(f"/carts/{cart['id']}", {"actions": list(actions)})

    def read(self) -> Any:
        """The desk as it is."""
        return self.there.read("/desk")
