"""Hashing and verifying off the event loop."""

import asyncio

import pytest

from handcart.domain.errors import TooManyAttempts
from handcart.store import passwords
from handcart.store.passwords import LEAST_COST, PasswordCost, Passwords


async def test_a_hash_is_salted_and_verifies_its_password_only() -> None:
    cheap = Passwords(cost=LEAST_COST)
    first, second = await cheap.hash("pw"), await cheap.hash("pw")
    assert first != second
    assert first.startswith("$argon2id$")
    assert await cheap.verify(first, "pw") is True
    assert await cheap.verify(first, "PW") is False
    cheap.close()


async def test_a_hash_of_another_cost_still_verifies() -> None:
    cheap, dearer = Passwords(cost=LEAST_COST), Passwords(cost=PasswordCost(passes=2, memory_kib=64, lanes=1))
    assert await dearer.verify(await cheap.hash("pw"), "pw") is True


@pytest.mark.parametrize("stored", [None, "", "pw", "$argon2id$v=19$m=8,t=1,p=1$broken"])
async def test_what_is_no_hash_verifies_nothing(stored: str | None) -> None:
    assert await Passwords(cost=LEAST_COST).verify(stored, "pw") is False


async def test_an_account_that_does_not_exist_costs_as_much_as_one_that_does() -> None:
    one = Passwords(threads=1, cost=PasswordCost(passes=3, memory_kib=16_384, lanes=1))
    stored = await one.hash("pw")
    loop = asyncio.get_running_loop()
    took = []
    for password_hash in (stored, None):
        best = float("inf")
        for _ in range(5):
            started_at = loop.time()
            await one.verify(password_hash, "wrong")
            best = min(best, loop.time() - started_at)
        took.append(best)
    assert 0.5 < took[1] / took[0] < 2


async def test_more_than_can_be_waited_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PENDING_MAX", 3)
    cheap = Passwords(threads=1, cost=LEAST_COST)
    answers = await asyncio.gather(*(cheap.hash("pw") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, TooManyAttempts) for each in answers) == 2
    assert (await cheap.hash("pw")).startswith("$argon2id$")
