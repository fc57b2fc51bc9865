"""Who listens to which cart, over all server processes: a small unlogged table that each of them writes to in batches.

Nothing of it has to survive: after a crash whoever still listens is there again within seconds.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec
import structlog

from handcart.domain.document import timestamp_of
from handcart.domain.presence import SHOPPER, Hand, HandKind, Present
from handcart.domain.reach import HoldKind, Via
from handcart.store.database import Database, Row
from handcart.store.live_news import CartKey
from handcart.store.statements import statement
from handcart.store.unavailable import DatabaseUnavailable

TURN_SECONDS = 1.0
GATHERING_SECONDS = 0.1
"""Those who come and go at the same time are written together."""

BEAT_SECONDS = 5.0
GONE_AFTER_SECONDS = 15.0
FORGOTTEN_AFTER_SECONDS = 60.0

Tell = Callable[[CartKey, list[Present]], None]

_log = structlog.get_logger("handcart.store.presences")


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """One stream of one person on one cart."""

    listener_id: str
    key: CartKey
    kind: HandKind
    staff_id: str | None = None
    via: Via | None = None


class Presences:
    """Those who listen through this process, and who else is there. ``tell`` is called when that changes."""

    def __init__(self, database: Database, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._monotonic = monotonic
        self._here: dict[str, Attendance] = {}
        self._new: set[str] = set()
        self._left: set[str] = set()
        self._told: dict[CartKey, frozenset[Present]] = {}
        self._beat_at = float("-inf")
        self._woken = asyncio.Event()

    def enter(self, attendance: Attendance) -> None:
        """Somebody listens now, or by another right than before."""
        if self._here.get(attendance.listener_id) != attendance:
            self._here[attendance.listener_id] = attendance
            self._new.add(attendance.listener_id)
            self._woken.set()

    def leave(self, listener_id: str) -> None:
        """Somebody listens no more."""
        if self._here.pop(listener_id, None) is not None:
            self._new.discard(listener_id)
            self._left.add(listener_id)
            self._woken.set()

    async def load(self, key: CartKey) -> list[Present]:
        """Who is there now."""
        return (await self._list([key])).get(key, [])

    async def run(self, keys: Callable[[], Iterable[CartKey]], tell: Tell) -> None:
        """Keep the table up to date and tell what changed, until nobody listens. ``keys`` are the carts listened to."""
        while self._here or self._left or any(True for _ in keys()):
            try:
                await self._write()
                await self._read(list(keys()), tell)
            except DatabaseUnavailable:
                pass
            except Exception:
                _log.exception("who is present could not be told")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TURN_SECONDS):
                    await self._woken.wait()
            await asyncio.sleep(GATHERING_SECONDS)
        self._told.clear()

    async def forget_all(self) -> None:
        """Say of everybody who listened through this process that they are gone."""
        self._left.update(self._here)
        self._here.clear()
        await self._write()

    async def _write(self) -> None:
        self._woken.clear()
        now = self._monotonic()
        is_beat = now - self._beat_at >= BEAT_SECONDS
        written = list(self._here.values()) if is_beat else [self._here[each] for each in self._new]
        self._new.clear()
        if written:
            await self._database.execute(
                statement("upsert_presences"),
                [each.key[0] for each in written],
                [UUID(each.key[1]) for each in written],
                [UUID(each.listener_id) for each in written],
                [each.kind for each in written],
                [UUID(each.staff_id) if each.staff_id is not None else None for each in written],
                [each.via.kind if each.via is not None else None for each in written],
                [each.via.id if each.via is not None else None for each in written],
            )
        if is_beat:
            self._beat_at = now
        # After those who are there: somebody who left meanwhile must not be written once more.
        left = set(self._left)
        if left:
            await self._database.execute(
                statement("delete_presences"), [UUID(each) for each in left], FORGOTTEN_AFTER_SECONDS
            )
            self._left -= left

    async def _read(self, keys: list[CartKey], tell: Tell) -> None:
        found = await self._list(keys) if keys else {}
        self._told = {key: self._told[key] for key in keys if key in self._told}
        for key in keys:
            present = found.get(key, [])
            if self._told.get(key) != frozenset(present):
                self._told[key] = frozenset(present)
                tell(key, present)

    async def _list(self, keys: list[CartKey]) -> dict[CartKey, list[Present]]:
        rows = await self._database.rows(
            statement("list_presences"),
            [each[0] for each in keys],
            [UUID(each[1]) for each in keys],
            GONE_AFTER_SECONDS,
        )
        found: dict[CartKey, list[Present]] = {}
        for row in rows:
            found.setdefault((row["project"], str(row["cart_id"])), []).append(_present(row))
        return found


def _present(row: Row) -> Present:
    since = timestamp_of(row["since"])
    if row["kind"] == "shopper":
        return Present(SHOPPER, Hand(kind="shopper", name=SHOPPER, since=since))
    kind: HoldKind | None = row["via_kind"]
    via = Via(kind=kind, id=row["via_id"]) if kind is not None else None
    return Present(f"staff:{row['staff_id']}", Hand(kind="agent", name=row["name"] or "", since=since, via=via))
