"""A hand on a cart for tests that are about what was done with it, and not about how it came there."""

from typing import Any

from tests.api.assisted import Agent
from tests.client import Api, ok
from tests.conftest import Project


def take_over(project: Project, customer: str = "alice", **words: str) -> tuple[Api, str, Any]:
    """A member of staff (csr1) who has taken the customer's current cart over, the takeover's id, and the cart."""
    agent = Agent(project)
    agent.draft(customer)
    answer = agent.take_over(**words)
    return agent.api, answer["takeover"]["id"], answer["cart"]


def let_go(project: Project, takeover_id: str) -> None:
    """Hand the cart back."""
    csr = project.staff("csr1")
    version = csr.read(f"/takeovers/{takeover_id}")["version"]
    ok(csr.delete(f"/takeovers/{takeover_id}", params={"version": version}), 200)


def staff_id(project: Project, username: str) -> str:
    """The id of a member of staff."""
    query = "SELECT id FROM staff WHERE project = $1 AND username = $2"
    return str(project.sql.value(query, project.key, username))
