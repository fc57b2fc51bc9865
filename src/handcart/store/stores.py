"""What an action works with: the database and this process's caches of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from handcart.store.cart_reads import CartReads
from handcart.store.cart_writes import CartWrites
from handcart.store.catalogues import Catalogues
from handcart.store.changes import Changes
from handcart.store.database import Database
from handcart.store.live import LiveFeed
from handcart.store.passwords import Passwords
from handcart.store.throttle import Throttle
from handcart.store.tokens import Tokens
from handcart.store.turns import Turns


@dataclass(frozen=True)
class Clock:
    """Time, identity and chance, as arguments; the real ones are in ``handcart.clock``."""

    utc_now: Callable[[], datetime]
    new_uuid: Callable[[], str]
    new_secret: Callable[[], str]
    new_salt: Callable[[], bytes]
    monotonic: Callable[[], float]


@dataclass(frozen=True)
class Stores:
    """The stores of one process."""

    database: Database
    changes: Changes
    catalogues: Catalogues
    tokens: Tokens
    clock: Clock
    cart_reads: CartReads
    cart_writes: CartWrites
    live: LiveFeed
    passwords: Passwords = field(default_factory=Passwords)
    throttle: Throttle = field(default_factory=Throttle)
    turns: Turns = field(default_factory=Turns)
