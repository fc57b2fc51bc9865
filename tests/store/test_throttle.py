"""Token buckets, with a time of the test's own."""

import pytest

from handcart.domain.errors import TooManyAttempts
from handcart.store import throttle
from handcart.store.throttle import Rate, Throttle


def drawn(buckets: Throttle, key: str, now: float) -> bool:
    try:
        buckets.draw(key, now)
    except TooManyAttempts:
        return False
    return True


def test_a_bucket_holds_a_burst_and_fills_by_the_second() -> None:
    buckets = Throttle(Rate(per_second=2, burst=3))
    assert [drawn(buckets, "a", 100.0) for _ in range(4)] == [True, True, True, False]
    assert [drawn(buckets, "a", 100.4), drawn(buckets, "a", 100.5), drawn(buckets, "a", 100.6)] == [False, True, False]
    assert [drawn(buckets, "a", 1000.0) for _ in range(4)] == [True, True, True, False]


def test_each_key_has_a_bucket_of_its_own() -> None:
    buckets = Throttle(Rate(per_second=1, burst=1))
    assert [drawn(buckets, each, 0.0) for each in "abab"] == [True, True, False, False]


def test_a_refusal_says_when_to_come_again() -> None:
    buckets = Throttle(Rate(per_second=1, burst=1))
    buckets.draw("a", 0.0)
    with pytest.raises(TooManyAttempts) as refusal:
        buckets.draw("a", 0.0)
    assert refusal.value.retry_after_seconds == 1


def test_the_bucket_unused_for_longest_goes_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "BUCKETS_MAX", 2)
    buckets = Throttle(Rate(per_second=1, burst=1))
    assert [drawn(buckets, each, 0.0) for each in "abacba"] == [True, True, False, True, True, True]
