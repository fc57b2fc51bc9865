"""Databases of a test's own beside the server's, on the same PostgreSQL."""

import contextlib
import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg


@contextlib.asynccontextmanager
async def fresh_database(url: str) -> AsyncIterator[str]:
    """The URL of a new, empty database; it is dropped afterwards."""
    name = f"t_{secrets.token_hex(6)}"
    beside = await asyncpg.connect(url)
    try:
        # A made name needs no quoting, and a database cannot be created with a parameter.
        await beside.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        await beside.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await beside.close()
