"""Creating an empty project."""

from handcart.domain.catalogue import ProjectSettings
from handcart.domain.document import timestamp_of
from handcart.domain.errors import InvalidField
from handcart.domain.ids import RESERVED_PROJECT_KEYS
from handcart.domain.updates.attributes import check_key
from handcart.store.projects import insert_project
from handcart.store.stores import Stores


async def create_project(stores: Stores, *, key: str, name: str) -> None:
    """Raises InvalidField for a malformed or reserved key, DuplicateField for one that is taken."""
    check_key(key)
    if key in RESERVED_PROJECT_KEYS:
        raise InvalidField(field="key", invalid_value=key)
    settings = ProjectSettings(
        key=key,
        name=name,
        version=1,
        created_at=timestamp_of(stores.clock.utc_now()),
        currencies=(),
        countries=(),
        languages=(),
    )
    async with stores.database.transaction() as transaction:
        epoch = await insert_project(transaction, settings)
    stores.changes.note(key, "catalogue", epoch)
