"""What of a project file was loaded last, so that loading it again changes nothing and takes nothing back."""

from collections.abc import Mapping

from handcart.store.database import Querying, Transaction
from handcart.store.statements import statement

EntryName = tuple[str, str]
"""Section and name."""


async def lock_loading(transaction: Transaction, project: str) -> None:
    """Wait until no other load of this project is under way; others wait for this transaction."""
    await transaction.row(statement("lock_loading"), project)


async def list_loaded_entries(querying: Querying, project: str) -> dict[EntryName, bytes]:
    """The digest of every entry that was loaded, by section and name."""
    rows = await querying.rows(statement("list_loaded_entries"), project)
    return {(row["section"], row["name"]): row["digest"] for row in rows}


async def keep_loaded_entries(transaction: Transaction, project: str, digests: Mapping[EntryName, bytes]) -> None:
    """Remember these entries as loaded."""
    await transaction.execute(
        statement("keep_loaded_entries"),
        project,
        [section for section, _ in digests],
        [name for _, name in digests],
        list(digests.values()),
    )
