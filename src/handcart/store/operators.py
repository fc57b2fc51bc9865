"""Who the members of staff are who changed something, as whoever reads of it is told."""

from collections.abc import Iterable
from uuid import UUID

from handcart.store.database import Querying
from handcart.store.statements import statement


async def list_operator_names(querying: Querying, project: str, staff_ids: Iterable[str]) -> dict[str, str]:
    """The display names of members of staff by their ids; who is gone has none."""
    wanted = [UUID(each) for each in staff_ids]
    rows = await querying.rows(statement("list_operator_names"), project, wanted) if wanted else []
    return {str(row["id"]): row["name"] for row in rows}
