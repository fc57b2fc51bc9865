"""A hand on a cart for tests that are about what was done with it, and not about how it came there."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from tests.client import Api
from tests.conftest import Project


def take_over(project: Project, cart_id: str, username: str = "agent7") -> tuple[Api, str]:
    """A member of staff who has taken the cart over, and the takeover's id."""
    taken, project_key = uuid4(), project.key
    holder = staff_id(project, username)
    now = datetime.now(UTC)
    project.sql.execute(
        "INSERT INTO takeovers (project, id, version, state, order_id, cart_id, holder, lease_until, document, "
        "created_at, modified_at) VALUES ($1, $2, 1, 'Open', $3, $4, $5, $6, '', $7, $7)",
        project_key,
        taken,
        uuid4(),
        UUID(cart_id),
        UUID(holder),
        now + timedelta(hours=1),
        now,
    )
    return project.staff(username), str(taken)


def let_go(project: Project, takeover_id: str) -> None:
    """End a takeover."""
    project.sql.execute(
        "UPDATE takeovers SET state = 'Cancelled' WHERE project = $1 AND id = $2", project.key, UUID(takeover_id)
    )


def staff_id(project: Project, username: str) -> str:
    """The id of a member of staff."""
    query = "SELECT id FROM staff WHERE project = $1 AND username = $2"
    return str(project.sql.value(query, project.key, username))
