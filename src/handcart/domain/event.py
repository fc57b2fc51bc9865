"""Events: one recorded change of one cart or order, enough to audit it, to feed others and to step back.

An event holds the actions and the touched parts *as they were*; the parts are found by identity, since documents are
frozen and a change shares what it does not touch. What is personal lies apart, behind a salted hash: erasing it keeps
the chain of hashes valid.
"""

import hashlib
from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.cart import Actor, Cart, LineItem
from handcart.domain.document import Document, Timestamp, encode
from handcart.domain.reach import Via

SNAPSHOT_EVERY = 50
"""A whole snapshot is kept where a version passes a multiple of this, and at merge and order."""

PERSONAL_FIELDS = frozenset(
    "address addresses billingAddress shippingAddress itemShippingAddresses customerEmail email custom fields reason "
    "alternateContact purchaseOrderNumber addressKey shippingDetails shippingDetailsToRemove targetsDelta".split()
)
"""Addresses have keys that a shopper chose, and where a line goes names them; a reason is what somebody wrote."""
PERSONAL_IN_ACTIONS = frozenset("value firstName lastName phone".split())
"""What an action says that sets a custom field (anywhere else it is the amount of a price) or an alternate contact."""
SECRET_FIELDS = frozenset({"anonymousId"})
STAMPS = frozenset({"version", "last_modified_at", "last_modified_by", "priced_for"})

GENESIS = b"\0" * 32
"""The head of a chain without events."""


class EventBody(Document):
    """What is public in an event, within the project."""

    kind: str
    version_from: int
    version_to: int
    at: Timestamp
    actor: Actor
    actions: list[dict[str, Any]]
    before: dict[str, Any]
    on_behalf_of: str | None = None
    via: Via | None = None
    site_id: str | None = None
    snapshot: dict[str, Any] | None = None


class Event(msgspec.Struct, frozen=True):
    """An event ready to be stored: the body's bytes, the personal part and its salt, and the new head of the chain."""

    version_from: int
    version_to: int
    body: bytes
    personal: bytes | None
    salt: bytes | None
    personal_hash: bytes
    head: bytes


class PersonalPart(Document):
    """What is personal in an event; erasable."""

    actions: dict[str, dict[str, Any]]
    before: dict[str, Any]
    snapshot: dict[str, Any] | None = None


def split_personal(value: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A JSON object without its personal fields, and those fields; secrets are in neither."""
    public: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    for name, part in value.items():
        last = name.rpartition("/")[2]
        if last in SECRET_FIELDS:
            continue
        if last in PERSONAL_FIELDS:
            personal[name] = part
        elif isinstance(part, dict):
            inner, inner_personal = split_personal(part)
            public[name] = inner
            if inner_personal:
                personal[name] = inner_personal
        elif isinstance(part, list) and part and all(isinstance(each, dict) for each in part):
            split = [split_personal(each) for each in part]
            public[name] = [each for each, _ in split]
            # By number: the goods in a list stay readable where what is personal in it was erased.
            numbered = {str(number): inner for number, (_, inner) in enumerate(split) if inner}
            if numbered:
                personal[name] = numbered
        else:
            public[name] = part
    return public, personal


def chain_head(previous: bytes, body: bytes, personal_hash: bytes) -> bytes:
    """The head after an event: SHA-256 over the head before, the body and the hash of the personal part."""
    return hashlib.sha256(previous + hashlib.sha256(body).digest() + personal_hash).digest()


def personal_hash_of(personal: bytes | None, salt: bytes | None) -> bytes:
    """The salted SHA-256 of the personal part; empty where there is none."""
    return hashlib.sha256((salt or b"") + personal).digest() if personal is not None else b""


def event_of(said: EventBody, *, previous_head: bytes, salt: bytes) -> Event:
    """The event of what is said to have happened; ``said`` still has everything in it, public and personal.

    ``salt`` is 16 random bytes and kept only where there is something personal.
    """
    public_actions: list[dict[str, Any]] = []
    personal_actions: dict[str, dict[str, Any]] = {}
    for index, action in enumerate(said.actions):
        public, personal = split_personal(action)
        for name in PERSONAL_IN_ACTIONS & public.keys():
            personal[name] = public.pop(name)
        public_actions.append(public)
        if personal:
            personal_actions[str(index)] = personal
    public_before, personal_before = split_personal(said.before)
    public_snapshot, personal_snapshot = (None, None) if said.snapshot is None else split_personal(said.snapshot)
    body = encode(replace(said, actions=public_actions, before=public_before, snapshot=public_snapshot))
    personal_bytes: bytes | None = None
    if personal_actions or personal_before or personal_snapshot:
        personal_bytes = encode(
            PersonalPart(actions=personal_actions, before=personal_before, snapshot=personal_snapshot)
        )
    digest = personal_hash_of(personal_bytes, salt)
    return Event(
        version_from=said.version_from,
        version_to=said.version_to,
        body=body,
        personal=personal_bytes,
        salt=salt if personal_bytes is not None else None,
        personal_hash=digest,
        head=chain_head(previous_head, body, digest),
    )


_CART_FIELDS = tuple(
    (name, wire) for name, wire in zip(Cart.__struct_fields__, Cart.__struct_encode_fields__, strict=True)
    if name not in STAMPS and name != "line_items"
)  # fmt: skip
_LINE_FIELDS = tuple(zip(LineItem.__struct_fields__, LineItem.__struct_encode_fields__, strict=True))


def touched_parts(before: Cart, after: Cart) -> dict[str, Any]:
    """The parts of a cart that a change touched, as they were; None for what was not there.

    Paths: ``totalPrice``; ``lineItems/{id}`` for a line that came (None) or went (whole); ``lineItems/{id}/quantity``
    for a part of a line; ``lineItemOrder`` (ids) where lines went or changed places.
    """
    parts: dict[str, Any] = {}
    for name, wire in _CART_FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old is not new and old != new:
            parts[wire] = plain(old)
    if before.line_items is not after.line_items:
        _touched_lines(before.line_items, after.line_items, parts)
    return parts


def _touched_lines(before: tuple[LineItem, ...], after: tuple[LineItem, ...], parts: dict[str, Any]) -> None:
    old_by_id = {each.id: each for each in before}
    new_by_id = {each.id: each for each in after}
    for line in after:
        old = old_by_id.get(line.id)
        if old is line:
            continue
        if old is None:
            parts[f"lineItems/{line.id}"] = None
            continue
        for name, wire in _LINE_FIELDS:
            was, now = getattr(old, name), getattr(line, name)
            if was is not now and was != now:
                parts[f"lineItems/{line.id}/{wire}"] = plain(was)
    for line in before:
        if line.id not in new_by_id:
            parts[f"lineItems/{line.id}"] = plain(line)
    order = [each.id for each in before]
    if order != [each.id for each in after if each.id in old_by_id]:
        parts["lineItemOrder"] = order


def plain(value: Any) -> Any:
    """A value as JSON's own kinds: what is stored in an event."""
    if value is None or isinstance(value, str | int):
        return value
    return msgspec.json.decode(encode(value))
