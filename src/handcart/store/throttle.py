"""How often somebody may try: token buckets in the memory of this process, as many as fit a fixed size."""

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from handcart.domain.errors import TooManyAttempts

BUCKETS_MAX = 20_000


@dataclass(frozen=True)
class Rate:
    """So many per second, and so many at once by one who was quiet before."""

    per_second: int = 100
    burst: int = 500


@dataclass
class _Bucket:
    left: float
    at: float


@dataclass(frozen=True)
class Throttle:
    """One bucket for each key. When there are too many, the one that was not used for longest is forgotten: it is
    the one most likely to be full again."""

    rate: Rate = field(default_factory=Rate)
    _buckets: OrderedDict[Hashable, _Bucket] = field(default_factory=OrderedDict)

    def draw(self, key: Hashable, now: float) -> None:
        """Take one from the key's bucket; ``now`` in seconds that never run backwards. Raises TooManyAttempts."""
        rate = self.rate
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(left=rate.burst, at=now)
            if len(self._buckets) > BUCKETS_MAX:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        bucket.left = min(rate.burst, bucket.left + (now - bucket.at) * rate.per_second)
        bucket.at = now
        if bucket.left < 1:
            raise TooManyAttempts(retry_after_seconds=max(1, math.ceil((1 - bucket.left) / rate.per_second)))
        bucket.left -= 1
