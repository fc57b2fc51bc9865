"""The receipt of a merge."""

from handcart.domain.access import Access, check_access
from handcart.domain.document import encode
from handcart.domain.errors import ResourceNotFound
from handcart.domain.ids import is_uuid
from handcart.store.merges import find_merge_owner, load_merge
from handcart.store.stores import Stores


async def read_merge(stores: Stores, access: Access, merge_id: str) -> bytes:
    """The receipt as JSON; to staff any customer's, for it says nothing of a person. Raises ResourceNotFound."""
    found = await load_merge(stores.database, access.caller.project, merge_id) if is_uuid(merge_id) else None
    if found is None:
        raise ResourceNotFound(id=merge_id)
    owner = await find_merge_owner(stores.database, access.caller.project, found)
    check_access(access, thing_id=merge_id, owner=owner, is_for_staff=True)
    return encode(found)
