"""Following a desk: what is new of the carts that it serves and what else its agent has a hand on; whom it serves."""

import contextlib
from collections.abc import AsyncGenerator, Iterable

from handcart.actions.following import HEARTBEAT_SECONDS, RETRY_MS, AccessKept, Renew, end_of
from handcart.domain.access import Access
from handcart.domain.desk_cursor import DeskCursor, cursor_text, tag_of
from handcart.domain.document import encode
from handcart.domain.live import CLOSED_STATES, LiveCart, LiveDesk, LiveMessage, changes_after
from handcart.domain.reach import DeskHold, Reach
from handcart.store.desk_carts import DeskCart, list_desk_carts
from handcart.store.live import Ended, Listener, News
from handcart.store.live_news import AskedCart
from handcart.store.stores import Stores

LISTING_SECONDS = 2.0
"""How often it is looked for new carts, besides whenever the reach has changed."""


class DeskFollowing:
    """One stream of one sign-in at its desk. ``since`` is how far it was read; None begins with the present."""

    def __init__(self, stores: Stores, access: Access, *, since: DeskCursor | None, renew: Renew) -> None:
        self._stores = stores
        self._kept = AccessKept(stores, access, renew)
        self._project = access.caller.project
        self._since = since
        self._carts: dict[str, DeskCart] = {}
        self._positions: dict[str, int] = {}
        self._reach: Reach | None = None
        self._list_at = 0.0

    async def messages(self) -> AsyncGenerator[LiveMessage, None]:
        """The stream: the desk and its carts, then what changes."""
        monotonic = self._stores.clock.monotonic
        with self._stores.live.listening(self._kept.access.caller.person) as listener:
            yield LiveMessage(retry_ms=RETRY_MS)
            messages = await self._look_again(listener)
            spoke_at = monotonic()
            while True:
                for message in messages:
                    yield message
                    if message.name == "end":
                        return
                if messages or monotonic() - spoke_at >= HEARTBEAT_SECONDS:
                    if not messages:
                        yield LiveMessage()
                    spoke_at = monotonic()
                messages = await self._next(listener)

    async def _next(self, listener: Listener) -> list[LiveMessage]:
        item = await listener.next(self._kept.seconds_left)
        messages: list[LiveMessage] = []
        if isinstance(item, News):
            messages = self._told([item])
        if isinstance(item, Ended):
            return [end_of(item.reason)]
        if self._kept.seconds_left == 0:
            reason = await self._kept.renew()
            if reason is not None:
                return [end_of(reason)]
            if self._access_reach != self._reach or self._stores.clock.monotonic() >= self._list_at:
                # While the database is away there is nothing new to see.
                with contextlib.suppress(ConnectionError):
                    messages += await self._look_again(listener)
        return messages

    @property
    def _access_reach(self) -> Reach:
        return self._kept.access.caller.reach

    async def _look_again(self, listener: Listener) -> list[LiveMessage]:
        """Follow what is on the desk now and nothing else; the desk is told where that has changed."""
        self._list_at = self._stores.clock.monotonic() + LISTING_SECONDS
        reach = self._access_reach
        listed = {each.id: each for each in await list_desk_carts(self._stores.database, self._project, reach)}
        before, self._reach = self._reach, reach
        followed = {each.id: each for each in listed.values() if self._is_told(each)}
        for cart_id in self._carts.keys() - followed.keys():
            listener.unfollow((self._project, cart_id))
            del self._positions[cart_id]
        new = followed.keys() - self._carts.keys()
        for cart_id in new:
            cart = followed[cart_id]
            known = self._since.version_of(cart_id) if self._since is not None else None
            self._positions[cart_id] = known if known is not None and known <= cart.version else cart.version
            listener.follow((self._project, cart_id), cart.version)
        is_changed = before is not None and (new or followed.keys() != self._carts.keys() or before.desk != self._desk)
        self._carts = followed
        is_told = is_changed or (before is None and not self._is_as_it_was())
        messages = [self._desk_message()] if is_told else []
        self._since = None
        # Only now, as with one cart: what is committed later is in the listener's queue.
        asked = [AskedCart((self._project, cart_id), self._positions[cart_id]) for cart_id in new]
        return messages + self._told(await self._stores.live.load_news(asked))

    def _is_told(self, cart: DeskCart) -> bool:
        """Whether there is something to tell of a cart still: of a closed one only how it was closed."""
        if cart.state not in CLOSED_STATES:
            return True
        position = self._positions.get(cart.id)
        if position is None and self._since is not None:
            position = self._since.version_of(cart.id)
        return position is not None and position < cart.version

    def _is_as_it_was(self) -> bool:
        """Whether the desk is the one that was told before the stream was cut."""
        if self._since is None:
            return False
        is_same_desk = (self._since.desk, self._since.desk_version) == (tag_of(self._desk_id), self._desk_version)
        return is_same_desk and self._since.versions.keys() == {tag_of(each) for each in self._carts}

    def _told(self, several: Iterable[News]) -> list[LiveMessage]:
        """The messages of news, the carts' changes among each other by their time."""
        timed: list[tuple[str, int, News]] = []
        for news in several:
            if news.facts is None:
                self._list_at = 0.0
                continue
            latest = ""
            for index, each in enumerate(news.changes):
                latest = max(latest, each.change.at)
                timed.append((latest, index, news))
            if not news.changes:
                timed.append((latest, -1, news))
        timed.sort(key=lambda each: each[0])
        messages: list[LiveMessage] = []
        for _, index, news in timed:
            messages += self._one(news, index)
        return messages

    def _one(self, news: News, index: int) -> list[LiveMessage]:
        """One change of one cart; where it does not follow what was told, the cart as it is now."""
        cart_id, facts = news.key[1], news.facts
        position = self._positions.get(cart_id)
        if facts is None or position is None or position >= facts.version:
            return []
        customer_id = self._customer_of(facts.owner)
        changes = changes_after(news.changes, position=position, version=facts.version, is_cut=news.is_cut)
        if changes is None:
            self._positions[cart_id] = facts.version
            cart = LiveCart(cart_id=cart_id, version=facts.version, cart_state=facts.state, customer_id=customer_id)
            return [LiveMessage(name="cart", data=encode(cart), id=self._cursor())]
        told = news.changes[index]
        if told.change.version_to <= position:
            return []
        self._positions[cart_id] = told.change.version_to
        return [LiveMessage(name="change", data=told.with_customer(customer_id), id=self._cursor())]

    def _desk_message(self) -> LiveMessage:
        carts = [
            LiveCart(
                cart_id=each.id,
                version=self._positions[each.id],
                cart_state=each.state,
                customer_id=self._customer_of(each.owner),
            )
            for each in self._carts.values()
        ]
        desk = self._desk
        active = desk.active_owner if desk is not None and not desk.is_scratch else None
        told = LiveDesk(
            desk_id=self._desk_id,
            version=desk.version if desk is not None else None,
            active_customer_id=self._customer_of(active),
            carts=carts,
        )
        return LiveMessage(name="desk", data=encode(told), id=self._cursor())

    def _customer_of(self, owner: str | None) -> str | None:
        """The customer's id, or that of a walk-in of this desk. Any other guest's is the guest's secret."""
        kind, _, owner_id = (owner or "").partition(":")
        is_walk_in = self._desk is not None and owner in self._desk.walk_ins
        return owner_id if kind == "customer" or is_walk_in else None

    def _cursor(self) -> str:
        return cursor_text(self._desk_id, self._desk_version, self._positions)

    @property
    def _desk(self) -> DeskHold | None:
        return self._reach.desk if self._reach is not None else None

    @property
    def _desk_id(self) -> str | None:
        return self._desk.id if self._desk is not None else None

    @property
    def _desk_version(self) -> int:
        return self._desk.version if self._desk is not None else 0
