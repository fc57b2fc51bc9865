"""Projects: everything else belongs to one, and nothing is shared between two."""

import msgspec

from handcart.domain.catalogue import ProjectSettings
from handcart.domain.document import encode
from handcart.domain.permissions import ROLE_BEHAVIOURS
from handcart.store.changes import bump
from handcart.store.database import Querying, Transaction
from handcart.store.staff import upsert_role
from handcart.store.statements import statement

PAGE_MAX = 500

_decoder = msgspec.json.Decoder(ProjectSettings)


async def insert_project(transaction: Transaction, settings: ProjectSettings) -> int:
    """Make a project with the roles that every project starts with; answers the epoch of its catalogue, to be noted
    after the commit. Raises DuplicateField for a key that is taken."""
    await transaction.execute(statement("insert_project"), settings.key, encode(settings))
    for key, behaviours in ROLE_BEHAVIOURS.items():
        await upsert_role(transaction, project=settings.key, key=key, name=key, behaviours=behaviours)
    return await bump(transaction, settings.key, "catalogue")


async def list_projects(querying: Querying, *, after: str = "", limit: int = PAGE_MAX) -> list[ProjectSettings]:
    """The projects in the order of their keys, at most ``limit`` from behind the key ``after``."""
    rows = await querying.rows(statement("list_projects"), after, min(limit, PAGE_MAX))
    return [_decoder.decode(row["document"]) for row in rows]


async def drop_project(transaction: Transaction, project: str) -> dict[str, int]:
    """Delete a project and every row that belongs to it; answers the epochs to be noted after the commit.

    The epochs themselves stay, so that caches of the old project never pass for those of a new one with its key.
    """
    await transaction.execute(statement("drop_project"), project)
    rows = await transaction.rows(statement("bump_changes_of_project"), project)
    return {row["kind"]: row["epoch"] for row in rows}
