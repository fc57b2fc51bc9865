"""A project's own row: its name and the defaults that its sites may override."""

import msgspec

from handcart.domain.catalogue import ProjectSettings
from handcart.domain.document import encode
from handcart.store.database import Transaction
from handcart.store.statements import statement

_decoder = msgspec.json.Decoder(ProjectSettings)


async def lock_project(transaction: Transaction, project: str) -> ProjectSettings | None:
    """The project's settings, locked until the transaction ends; None for a project that does not exist."""
    row = await transaction.row(statement("lock_project"), project)
    return _decoder.decode(row["document"]) if row is not None else None


async def change_project(transaction: Transaction, settings: ProjectSettings) -> None:
    """Write the settings of a project that this transaction has locked."""
    await transaction.execute(statement("change_project"), settings.key, encode(settings))
