"""Databases of a test's own, for the tests of the schema."""

from collections.abc import AsyncIterator

import pytest

from tests.fresh_database import fresh_database


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[str]:
    """An empty database."""
    async with fresh_database(database_url) as url:
        yield url


@pytest.fixture
async def another(database_url: str) -> AsyncIterator[str]:
    """Another empty database."""
    async with fresh_database(database_url) as url:
        yield url
