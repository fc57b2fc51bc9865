"""The live feed of one process: whoever listens to carts is told of their events by one poller that reads the log.

It costs writers nothing: no notification, no index. It costs one statement a turn while somebody listens, however many
there are, and nothing otherwise. A listener that does not keep up is dropped; it comes again where it was.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import structlog

from handcart.domain.errors import TooManyListeners, TooManyOwnListeners
from handcart.domain.live import CartFacts, ToldChange, operators_in, told_changes
from handcart.domain.presence import Present
from handcart.store.database import Database
from handcart.store.live_news import AskedCart, CartKey, CartNews, list_cart_news
from handcart.store.operators import list_operator_names
from handcart.store.presences import Presences
from handcart.store.unavailable import DatabaseUnavailable

POLL_SECONDS = 0.07
PAUSE_SECONDS = 1.0
"""After a failure."""

QUEUED_MAX = 200
OF_ONE_PERSON_MAX = 30
"""Tabs and devices of one shopper or agent; or else one guest could take everybody's room."""

NAME_SECONDS_MAX = 60.0

_log = structlog.get_logger("handcart.store.live")


class News(msgspec.Struct, frozen=True):
    """What happened to a cart; ``facts`` is None where it is no more, ``is_cut`` where it is too much to tell."""

    key: CartKey
    facts: CartFacts | None
    changes: list[ToldChange]
    is_cut: bool


class HandsChanged(msgspec.Struct, frozen=True):
    """Who is present at a cart now."""

    key: CartKey
    present: list[Present]


class Ended(msgspec.Struct, frozen=True):
    """The feed ends for this listener."""

    reason: str


Item = News | HandsChanged | Ended


class _Topic:
    __slots__ = ("is_gone", "listeners", "version")

    def __init__(self, version: int) -> None:
        self.version = version
        self.is_gone = False
        self.listeners: set[Listener] = set()


class Listener:
    """One stream, of one cart or of several; only ``LiveFeed.listening`` makes one."""

    def __init__(self, feed: "LiveFeed") -> None:
        self._feed = feed
        self._queue: deque[Item] = deque()
        self._woken = asyncio.Event()
        self._ended: Ended | None = None
        self.keys: set[CartKey] = set()

    def follow(self, key: CartKey, version: int) -> None:
        """Be told of a cart, from this version on at the latest."""
        self._feed.add(self, key, version)

    def unfollow(self, key: CartKey) -> None:
        """Be told of it no more."""
        self._feed.remove(self, key)

    async def next(self, seconds: float) -> Item | None:
        """What comes next; None if nothing does in that time."""
        if not self._queue and self._ended is None:
            self._woken.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
        if self._queue:
            return self._queue.popleft()
        return self._ended

    def tell(self, item: Item) -> None:
        """Queue it; who has too much unread is dropped instead."""
        if len(self._queue) >= QUEUED_MAX:
            self._queue.clear()
            self._ended = self._ended or Ended("TooSlow")
        elif self._ended is None:
            self._queue.append(item)
        self._woken.set()

    def end(self, reason: str) -> None:
        """End after what is queued."""
        self._ended = self._ended or Ended(reason)
        self._woken.set()


class LiveFeed:
    """Listeners by cart, and the one poller, which runs while there are any."""

    def __init__(self, database: Database, monotonic: Callable[[], float], *, listeners_max: int) -> None:
        self._database = database
        self._monotonic = monotonic
        self._listeners_max = listeners_max
        self._listeners: set[Listener] = set()
        self._of_person: Counter[str] = Counter()
        self._topics: dict[CartKey, _Topic] = {}
        self._names: dict[tuple[str, str], tuple[str, float]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_ending = False
        self.presences = Presences(database, monotonic)

    def check_room(self, person: str | None) -> None:
        """Refuse one listener more than this process or a person may have; a program (None) may have them all. Raises
        TooManyListeners, TooManyOwnListeners.
        """
        if len(self._listeners) >= self._listeners_max:
            raise TooManyListeners(listeners_max=self._listeners_max)
        if person is not None and self._of_person[person] >= OF_ONE_PERSON_MAX:
            raise TooManyOwnListeners(listeners_max=OF_ONE_PERSON_MAX)

    @contextlib.contextmanager
    def listening(self, person: str | None) -> Iterator[Listener]:
        """A listener that follows nothing yet; at the end it is forgotten."""
        listener = Listener(self)
        self._listeners.add(listener)
        if person is not None:
            self._of_person[person] += 1
        if self._is_ending:
            listener.end("ServerStops")
        try:
            yield listener
        finally:
            for key in list(listener.keys):
                self.remove(listener, key)
            self._listeners.discard(listener)
            if person is not None:
                self._of_person[person] -= 1
                if not self._of_person[person]:
                    del self._of_person[person]

    def add(self, listener: Listener, key: CartKey, version: int) -> None:
        """Tell the listener of this cart."""
        topic = self._topics.get(key)
        if topic is None:
            topic = self._topics[key] = _Topic(version)
        topic.listeners.add(listener)
        listener.keys.add(key)
        if not self._is_ending:
            self._start("news", self._poll_while_needed)
            self._start("hands", lambda: self.presences.run(self._watched, self._tell_hands))

    def remove(self, listener: Listener, key: CartKey) -> None:
        """Tell the listener of this cart no more."""
        listener.keys.discard(key)
        topic = self._topics.get(key)
        if topic is not None:
            topic.listeners.discard(listener)
            if not topic.listeners:
                del self._topics[key]

    async def load_news(self, asked: Sequence[AskedCart]) -> list[News]:
        """What carts are now and what happened to them since the versions that are asked about."""
        found = await list_cart_news(self._database, asked) if asked else {}
        names = await self._names_for(found)
        return [self._told(key, news, names) for key, news in found.items()]

    def end_all(self) -> None:
        """End every stream, as the process is going to end."""
        self._is_ending = True
        for listener in self._listeners:
            listener.end("ServerStops")

    async def close(self) -> None:
        """Stop, and say that nobody listens here any more."""
        self.end_all()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        with contextlib.suppress(DatabaseUnavailable):
            await self.presences.forget_all()

    def _start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name not in self._tasks or self._tasks[name].done():
            self._tasks[name] = asyncio.create_task(work())

    async def _poll_while_needed(self) -> None:
        while self._topics:
            pause = POLL_SECONDS
            try:
                await self._poll()
            except DatabaseUnavailable:
                pause = PAUSE_SECONDS
            except Exception:
                _log.exception("the live feed could not be read")
                pause = PAUSE_SECONDS
            await asyncio.sleep(pause)

    async def _poll(self) -> None:
        versions = {key: topic.version for key, topic in self._topics.items() if not topic.is_gone}
        asked = [AskedCart(key, version) for key, version in versions.items()]
        found = await list_cart_news(self._database, asked) if asked else {}
        names = await self._names_for(found)
        for key, each in found.items():
            topic = self._topics.get(key)
            # Left and joined anew meanwhile, it may stand elsewhere: then the next turn tells it.
            if topic is None or topic.version != versions[key]:
                continue
            news = self._told(key, each, names)
            topic.is_gone = news.facts is None
            topic.version = news.facts.version if news.facts is not None else topic.version
            for listener in topic.listeners:
                listener.tell(news)

    def _told(self, key: CartKey, news: CartNews, names: dict[str, str]) -> News:
        changes = told_changes(key[1], news.facts, news.recorded, names) if news.facts is not None else []
        return News(key, news.facts, changes, news.is_cut)

    async def _names_for(self, found: dict[CartKey, CartNews]) -> dict[str, str]:
        """The names of the members of staff in these news; a name is read again after a minute."""
        now = self._monotonic()
        names: dict[str, str] = {}
        unknown: dict[str, set[str]] = {}
        for (project, _), news in found.items():
            for staff_id in operators_in(news.recorded):
                name, read_at = self._names.get((project, staff_id), ("", float("-inf")))
                if now - read_at < NAME_SECONDS_MAX:
                    names[staff_id] = name
                else:
                    unknown.setdefault(project, set()).add(staff_id)
        for project, staff_ids in unknown.items():
            for staff_id, name in (await list_operator_names(self._database, project, sorted(staff_ids))).items():
                names[staff_id] = name
                self._names[project, staff_id] = (name, now)
        return names

    def _watched(self) -> Iterable[CartKey]:
        return self._topics.keys()

    def _tell_hands(self, key: CartKey, present: list[Present]) -> None:
        topic = self._topics.get(key)
        for listener in topic.listeners if topic is not None else ():
            listener.tell(HandsChanged(key, present))
