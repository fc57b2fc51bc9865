"""A type for each kind of identifier, so that two of them are never swapped unnoticed."""

import re
from typing import NewType

ProjectKey = NewType("ProjectKey", str)
SiteKey = NewType("SiteKey", str)
CartId = NewType("CartId", str)
OrderId = NewType("OrderId", str)
CustomerId = NewType("CustomerId", str)
AnonymousId = NewType("AnonymousId", str)
LineItemId = NewType("LineItemId", str)

RESERVED_PROJECT_KEYS = frozenset("oauth ccadmin health openapi static console admin shop token introspect".split())


_UUID = re.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID in its usual 36 characters."""
    return _UUID.fullmatch(text) is not None
