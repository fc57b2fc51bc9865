"""A type for each kind of identifier, so that two of them are never swapped unnoticed."""

import uuid
from typing import NewType

ProjectKey = NewType("ProjectKey", str)
SiteKey = NewType("SiteKey", str)
CartId = NewType("CartId", str)
OrderId = NewType("OrderId", str)
CustomerId = NewType("CustomerId", str)
AnonymousId = NewType("AnonymousId", str)
LineItemId = NewType("LineItemId", str)

RESERVED_PROJECT_KEYS = frozenset(
    "oauth ccadmin health openapi static console admin shop token introspect".split()
)


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID in its usual 36 characters."""
    if len(text) != 36:
        return False
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return text[8] == text[13] == text[18] == text[23] == "-"
