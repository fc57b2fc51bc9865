"""Subscriptions, how far each has read what was committed, and their secrets.

What happened is read in commit order: a row counts once every transaction that began before its own has ended, since
until then an earlier one could still appear. The numbers of transactions are a cluster's own; a database that was
restored into another is read anew by the clock, and what has its delivery already is left alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from handcart.domain.document import encode, instant_of
from handcart.domain.webhook import Webhook, WebhookEvent
from handcart.store.database import Database, Querying, Row, Transaction
from handcart.store.statements import statement

_decoder = msgspec.json.Decoder(Webhook)

_LOWEST_ID = UUID(int=0)

DELIVERED_KEPT_FOR = timedelta(days=30)
"""How long a delivery is known to have been made."""


class StoredWebhook:
    """A subscription as a row had it."""

    def __init__(self, row: Row) -> None:
        self.webhook: Webhook = _decoder.decode(row["document"])
        self.secret: str = row["secret"]
        self.former_secret: str | None = row["former_secret"]
        self._former_until: datetime | None = row["former_secret_until"]

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The secrets to sign with: the present one, and while it still holds the one before."""
        if self.former_secret is None or self._former_until is None or self._former_until <= now:
            return (self.secret,)
        return (self.secret, self.former_secret)


class LockedWebhook(StoredWebhook):
    """A subscription whose row is locked, and how far it was read."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.enabled_at: datetime = row["enabled_at"]
        self.read_transaction: str = row["read_transaction"]
        self.read_id: UUID = row["read_id"]
        self.is_same_cluster: bool = row["is_same_cluster"]


class Happening(msgspec.Struct, frozen=True):
    """An order or a merge to tell of, and the cart whose deliveries keep their order."""

    id: str
    cart_id: str
    at: datetime


async def load_webhook(querying: Querying, project: str, event: WebhookEvent) -> StoredWebhook | None:
    """The subscription to that event."""
    row = await querying.row(statement("load_webhook"), project, event)
    return StoredWebhook(row) if row is not None else None


async def lock_webhook(transaction: Transaction, project: str, event: WebhookEvent) -> LockedWebhook | None:
    """The subscription to that event, locked until the transaction ends."""
    row = await transaction.row(statement("lock_webhook"), project, event)
    return LockedWebhook(row) if row is not None else None


async def insert_webhook(
    transaction: Transaction, project: str, webhook: Webhook, *, secret: str, now: datetime
) -> bool:
    """Keep a new subscription; False where another request was faster."""
    row = await transaction.row(
        statement("insert_webhook"),
        project,
        webhook.event,
        webhook.version,
        webhook.enabled,
        encode(webhook),
        secret,
        now,
        _LOWEST_ID,
    )
    return row is not None


async def change_webhook(
    transaction: Transaction, project: str, locked: LockedWebhook, webhook: Webhook, *, now: datetime
) -> None:
    """Write a changed subscription over the locked one."""
    is_enabled_anew = webhook.enabled and not locked.webhook.enabled
    await transaction.execute(
        statement("change_webhook"),
        project,
        webhook.event,
        webhook.version,
        webhook.enabled,
        encode(webhook),
        is_enabled_anew,
        _LOWEST_ID,
        now,
    )


async def rotate_secret(
    transaction: Transaction, project: str, locked: LockedWebhook, webhook: Webhook, *, secret: str
) -> None:
    """Write a locked subscription with another secret; the one that it had signs until ``former_secret_until``."""
    until = webhook.former_secret_until
    await transaction.execute(
        statement("rotate_webhook_secret"),
        project,
        webhook.event,
        webhook.version,
        encode(webhook),
        secret,
        locked.secret if until is not None else None,
        instant_of(until) if until is not None else None,
    )


async def list_webhooks(querying: Querying, project: str) -> list[Webhook]:
    """The subscriptions of a project."""
    return [_decoder.decode(row["document"]) for row in await querying.rows(statement("list_webhooks"), project)]


async def delete_webhook(transaction: Transaction, project: str, event: WebhookEvent) -> None:
    """Delete a locked subscription and its deliveries."""
    await transaction.execute(statement("delete_webhook"), project, event)


async def list_webhooks_behind(database: Database) -> list[tuple[str, str]]:
    """The project and the event of every enabled subscription that has something to be told."""
    return [(row["project"], row["event"]) for row in await database.rows(statement("list_webhooks_behind"))]


async def take_happenings(
    transaction: Transaction, project: str, locked: LockedWebhook, limit: int, now: datetime
) -> list[Happening]:
    """What comes next for a locked subscription, at most so much; the transaction keeps that it was read.

    In another cluster it is everything since the subscription that has no delivery, as far back as deliveries are kept.
    """
    event = locked.webhook.event
    if not locked.is_same_cluster:
        return await _take_since(transaction, project, locked, max(locked.enabled_at, now - DELIVERED_KEPT_FOR))
    query = statement("list_orders_to_tell") if event == "orderSubmit" else statement("list_merges_to_tell")
    rows = await transaction.rows(query, project, locked.read_transaction, locked.read_id, limit)
    if rows:
        last = rows[-1]
        await transaction.execute(statement("note_webhook_read"), project, event, last["recorded_by"], last["id"])
    return _in_order(rows)


async def _take_since(
    transaction: Transaction, project: str, locked: LockedWebhook, since: datetime
) -> list[Happening]:
    event = locked.webhook.event
    query = statement("list_orders_since") if event == "orderSubmit" else statement("list_merges_since")
    # Before the rows are read: what is committed in between is then found twice, and delivered once.
    await transaction.execute(statement("move_webhook_to_cluster"), project, event, _LOWEST_ID)
    return _in_order(await transaction.rows(query, project, since))


def _in_order(rows: Sequence[Row]) -> list[Happening]:
    """Transactions are numbered when they begin to write, so two on one cart may be numbered the other way round."""
    found = [Happening(str(row["id"]), str(row["cart_id"]), row["at"]) for row in rows]
    return sorted(found, key=lambda each: each.at)
