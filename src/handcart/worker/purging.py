"""Purging what has expired, every hour."""

from datetime import UTC, datetime

import msgspec

from handcart.actions.admin.purge_expired import purge_expired
from handcart.log import logger
from handcart.store.stores import Stores
from handcart.worker.job import Job

log = logger(__name__)


class Purge(msgspec.Struct, frozen=True, rename="camel"):
    """Up to when: now, unless an instant is named."""

    as_of: datetime | None = None


async def purge(stores: Stores, asked: Purge) -> None:
    """Drop batch after batch, until nothing is left that has expired."""
    as_of = asked.as_of.astimezone(UTC) if asked.as_of is not None else stores.clock.utc_now()
    purged: dict[str, int] = {}
    is_more = True
    while is_more:
        deleted, is_more = await purge_expired(stores, as_of)
        purged = {kind: purged.get(kind, 0) + number for kind, number in deleted.items()}
    if any(purged.values()):
        log.info("purged what has expired", **purged)


PURGE_EXPIRED = Job(name="PurgeExpired", payload=Purge, work=purge, cron="7 * * * *", is_held=False)
