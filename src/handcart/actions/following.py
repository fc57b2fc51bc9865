"""Following one cart: what is new of it becomes messages, for as long as whoever listens may read it.

The access is decided anew with every change, on the row as the change left it, and once a second besides.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable

from handcart.domain.access import Access, check_access
from handcart.domain.document import encode
from handcart.domain.errors import InsufficientScope, InvalidToken, Refusal
from handcart.domain.live import (
    CLOSED_STATES,
    CartFacts,
    LiveCart,
    LiveChange,
    LiveEnd,
    LiveMessage,
    changes_after,
    closing_of,
)
from handcart.domain.presence import Hand, HandKind, Hands, Present, others, subject_of
from handcart.store.live import Ended, HandsChanged, Listener, News
from handcart.store.live_news import AskedCart
from handcart.store.presences import Attendance
from handcart.store.stores import Stores

RENEWAL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
RETRY_MS = 2_000
RETRY_AFTER_END_MS = 60_000
"""A page that does not close a stream that has ended for good comes again all the same; not at once, then."""

Renew = Callable[[], Awaitable[Access]]
"""Who listens, as of now. Raises InvalidToken, InsufficientScope."""

_END_REASONS: dict[type[Refusal], str] = {InvalidToken: "TokenEnded", InsufficientScope: "PermissionEnded"}


def end_of(reason: str, *, successor: str | None = None, order_id: str | None = None) -> LiveMessage:
    """The last message of a stream. After a stop of the server the next one is worth asking for at once."""
    end = LiveEnd(reason=reason, successor=successor, order_id=order_id)
    is_for_good = reason not in ("ServerStops", "TooSlow")
    return LiveMessage(name="end", data=encode(end), retry_ms=RETRY_AFTER_END_MS if is_for_good else RETRY_MS)


class AccessKept:
    """The access of whoever listens, asked for again once a second."""

    def __init__(self, stores: Stores, access: Access, renew: Renew) -> None:
        self.access = access
        self._renew = renew
        self._monotonic = stores.clock.monotonic
        self._due_at = self._monotonic() + RENEWAL_SECONDS

    @property
    def seconds_left(self) -> float:
        """How long the access need not be asked for."""
        return max(self._due_at - self._monotonic(), 0.0)

    async def renew(self) -> str | None:
        """Ask again; answers why the stream has to end, if it has to. While the database is away nothing is told."""
        self._due_at = self._monotonic() + RENEWAL_SECONDS
        try:
            self.access = await self._renew()
        except ConnectionError:
            return None
        except Refusal as refusal:
            return _END_REASONS.get(type(refusal), "PermissionEnded")
        return None


class CartFollowing:
    """One stream of one cart. ``since`` is the version that the listener has; None begins with the present."""

    def __init__(self, stores: Stores, access: Access, cart_id: str, *, since: int | None, renew: Renew) -> None:
        self._stores = stores
        self._kept = AccessKept(stores, access, renew)
        self._key = (access.caller.project, cart_id.lower())
        self._position = since
        self._facts: CartFacts | None = None
        self._hands: list[Hand] | None = None
        self._listener_id = stores.clock.new_uuid()

    async def messages(self, version: int) -> AsyncGenerator[LiveMessage, None]:
        """The stream; ``version`` is one that the cart has reached."""
        live = self._stores.live
        with live.listening(self._kept.access.caller.person) as listener:
            listener.follow(self._key, version)
            try:
                # Only now: what is committed later is in the listener's queue.
                (news,) = await live.load_news([AskedCart(self._key, self._position, is_new=True)])
                yield LiveMessage(retry_ms=RETRY_MS)
                messages = await self._told(news)
                for message in messages:
                    yield message
                if not messages or messages[-1].name != "end":
                    self._attend()
                    for message in self._hands_told(await live.presences.load(self._key)):
                        yield message
                    async for message in self._following(listener):
                        yield message
            finally:
                live.presences.leave(self._listener_id)

    async def _following(self, listener: Listener) -> AsyncGenerator[LiveMessage, None]:
        spoke_at = self._stores.clock.monotonic()
        while True:
            messages = await self._next(listener)
            for message in messages:
                yield message
                if message.name == "end":
                    return
            now = self._stores.clock.monotonic()
            if messages:
                spoke_at = now
            elif now - spoke_at >= HEARTBEAT_SECONDS:
                spoke_at = now
                yield LiveMessage()

    async def _next(self, listener: Listener) -> list[LiveMessage]:
        item = await listener.next(self._kept.seconds_left)
        if self._kept.seconds_left == 0:
            reason = await self._kept.renew()
            if reason is None and self._facts is not None and not self._may_read(self._facts):
                reason = "CartOutOfReach"
            if reason is not None:
                return [end_of(reason)]
            self._attend()
        match item:
            case News():
                return await self._told(item)
            case HandsChanged():
                return self._hands_told(item.present)
            case Ended():
                return [end_of(item.reason)]
            case None:
                return []

    async def _told(self, news: News) -> list[LiveMessage]:
        """The messages of news. What is not a continuation of what was told begins anew with the present."""
        facts = news.facts
        if facts is None:
            return [end_of("CartDeleted")]
        if not self._may_read(facts):
            return [end_of("CartOutOfReach")]
        if self._facts is not None and facts.version <= self._facts.version:
            return []
        self._facts = facts
        new = changes_after(news.changes, position=self._position, version=facts.version, is_cut=news.is_cut)
        self._position = facts.version
        if new is None:
            present = LiveCart(cart_id=self._key[1], version=facts.version, cart_state=facts.state)
            messages = [LiveMessage(name="cart", data=encode(present), id=str(facts.version))]
        else:
            messages = [LiveMessage(name="change", data=each.data, id=str(each.change.version_to)) for each in new]
        if facts.state in CLOSED_STATES:
            messages.append(await self._end_of_story(facts.state, new[-1].change if new else None))
        return messages

    async def _end_of_story(self, state: str, last: LiveChange | None) -> LiveMessage:
        """What became of a cart; where its last change is not told here, its document says so."""
        successor, order_id = (last.successor, last.order_id) if last is not None else (None, None)
        if successor is None and order_id is None:
            stored = await self._stores.cart_reads.load(*self._key)
            successor, order_id = closing_of(stored.document) if stored is not None else (None, None)
        return end_of(state, successor=successor, order_id=order_id)

    def _may_read(self, facts: CartFacts) -> bool:
        try:
            check_access(self._kept.access, thing_id=self._key[1], owner=facts.owner, site=facts.site)
        except Refusal:
            return False
        return True

    def _attend(self) -> None:
        caller = self._kept.access.caller
        if subject_of(caller) is None or self._facts is None:
            return
        kind: HandKind = "agent" if caller.staff_id is not None else "shopper"
        via = None
        if caller.staff_id is not None:
            via = caller.reach.hold_on(cart_id=self._key[1], owner=self._facts.owner)
        self._stores.live.presences.enter(
            Attendance(listener_id=self._listener_id, key=self._key, kind=kind, staff_id=caller.staff_id, via=via)
        )

    def _hands_told(self, present: list[Present]) -> list[LiveMessage]:
        hands = others(present, subject=subject_of(self._kept.access.caller))
        if hands == self._hands:
            return []
        self._hands = hands
        return [LiveMessage(name="presence", data=encode(Hands(cart_id=self._key[1], hands=hands)))]
