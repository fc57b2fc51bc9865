"""What a run may be told by variables ``BENCH_…``; everything has a default, so that ``make bench`` needs none."""

import os
from dataclasses import dataclass

WARM_UP_SHARE = 0.15


@dataclass(frozen=True, kw_only=True)
class Choices:
    """One run: how long each row is measured, which rows, and what the bound is taken with."""

    seconds: float = 2.5
    connections: tuple[int, ...] = (1, 8, 32)
    only: frozenset[str] = frozenset()  # the first words of the operations; empty: all
    starts: int = 3  # how often the start is timed
    bound: str = "pgbench"  # or "asyncpg", or "both"
    is_quick: bool = False

    @property
    def warm_up_seconds(self) -> float:
        """Unmeasured, and what the number of prepared carts is estimated from."""
        return max(0.3, self.seconds * WARM_UP_SHARE)

    def wants(self, word: str) -> bool:
        """Whether the operation of that word is to be measured."""
        return not self.only or word in self.only


def choices_of(environment: os._Environ[str] | dict[str, str]) -> Choices:
    """The choices that the variables make. Raises ValueError for what is no number."""
    is_quick = environment.get("BENCH_QUICK", "") not in ("", "0")
    connections = environment.get("BENCH_CONNECTIONS", "1,8" if is_quick else "1,8,32")
    return Choices(
        seconds=float(environment.get("BENCH_SECONDS", "0.4" if is_quick else str(Choices.seconds))),
        connections=tuple(int(each) for each in connections.split(",")),
        only=frozenset(filter(None, environment.get("BENCH_ONLY", "").split(","))),
        starts=1 if is_quick else Choices.starts,
        bound=environment.get("BENCH_BOUND", Choices.bound),
        is_quick=is_quick,
    )
