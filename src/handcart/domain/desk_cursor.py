"""How far a desk's stream was read: the version of each of its carts, short enough to go with every event.

Versions are the carts' own: they mean the same to every server process, after a restart, and in a database that was
restored into another cluster. A place in the order of commits would do none of this by itself.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

import msgspec

TAG_BYTES = 4
"""The end of an id is chance: two carts of one desk that end alike are told twice at worst, never too little."""


class DeskCursor(msgspec.Struct, frozen=True):
    """The desk as it was told last, by the end of its id and its version; and the versions of carts, by their ends."""

    desk: bytes
    desk_version: int
    versions: dict[bytes, int]

    def version_of(self, cart_id: str) -> int | None:
        """The version up to which a cart was told; None for one that was not."""
        return self.versions.get(tag_of(cart_id))


def tag_of(some_id: str | None) -> bytes:
    """The last bytes of an id; zeros where there is none."""
    return bytes.fromhex(some_id.replace("-", "")[-2 * TAG_BYTES :]) if some_id is not None else bytes(TAG_BYTES)


def cursor_text(desk_id: str | None, desk_version: int, versions: Mapping[str, int]) -> str:
    """The cursor as the id of an event."""
    by_tag: dict[bytes, int] = {}
    for cart_id, version in versions.items():
        tag = tag_of(cart_id)
        by_tag[tag] = min(version, by_tag.get(tag, version))
    parts = [tag_of(desk_id), _number(desk_version)]
    for tag, version in by_tag.items():
        parts += [tag, _number(version)]
    return urlsafe_b64encode(b"".join(parts)).decode().rstrip("=")


def cursor_in(text: str | None) -> DeskCursor | None:
    """The cursor that an id stands for; None for what is none."""
    if not text or not text.isascii():
        return None
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    entries: list[tuple[bytes, int]] = []
    while content:
        tag, content = content[:TAG_BYTES], content[TAG_BYTES:]
        length = next((index for index, byte in enumerate(content, start=1) if byte < 0x80), 0)
        if len(tag) < TAG_BYTES or not 1 <= length <= 9:
            return None
        entries.append((tag, sum((byte & 0x7F) << (7 * index) for index, byte in enumerate(content[:length]))))
        content = content[length:]
    if not entries:
        return None
    return DeskCursor(*entries[0], dict(entries[1:]))


def _number(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the last byte has no eighth."""
    content = bytearray()
    while number > 0x7F:
        content.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*content, number))
