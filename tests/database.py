"""The database beside the server: for tests that look at a row, and for making a project quickly."""

import asyncio
import contextlib
import json
import secrets
import threading
from collections.abc import Coroutine
from hashlib import sha256
from typing import Any, TypeVar

import asyncpg

Answer = TypeVar("Answer")

COPIED = "resources site_group_changes products product_skus inventory customers staff roles".split()
"""What a copy of a project has in the same rows; projects and api_clients know the project's key and are made anew."""


class Sql:
    """One connection that waits for each answer, in tests with and without a loop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection = self.run(asyncpg.connect(url))
        self._lock = threading.Lock()

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """What a coroutine answers."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """All rows."""
        with self._lock:
            return [dict(row) for row in self.run(self._connection.fetch(query, *values))]

    def row(self, query: str, *values: Any) -> dict[str, Any]:
        """The one row there is."""
        (row,) = self.rows(query, *values)
        return row

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row."""
        with self._lock:
            return self.run(self._connection.fetchval(query, *values))

    def execute(self, query: str, *values: Any) -> None:
        """A statement, or several without values."""
        with self._lock:
            self.run(self._connection.execute(query, *values))

    def close(self) -> None:
        """End the connection, if the database has not, and its thread."""
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self.run(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class Template:
    """A loaded project that can be copied under another key within milliseconds."""

    def __init__(self, sql: Sql, key: str, client_secrets: dict[str, str]) -> None:
        self.sql = sql
        self.key = key
        self.client_secrets = client_secrets
        self._statements = [self._copy_of(table) for table in COPIED]

    def _copy_of(self, table: str) -> str:
        columns = ", ".join(
            row["column_name"]
            for row in self.sql.rows(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_schema = 'public' AND table_name = $1 AND column_name <> 'project'",
                table,
            )
        )
        return (
            f"INSERT INTO {table} (project, {columns}) "
            f"SELECT '{{new}}', {columns} FROM {table} WHERE project = '{{old}}'"
        )

    def copy(self) -> str:
        """The key of a new project with the same contents."""
        new = f"t-{secrets.token_hex(6)}"
        settings = self.sql.value("SELECT document FROM projects WHERE key = $1", self.key)
        settings = json.dumps({**json.loads(settings), "key": new}).encode()
        statements = [f"INSERT INTO projects (key, document) VALUES ('{new}', '\\x{settings.hex()}')"]
        statements += [each.format(new=new, old=self.key) for each in self._statements]
        for client, secret in self.client_secrets.items():
            digest = sha256("\0".join((new, client, secret)).encode()).hexdigest()
            statements.append(
                f"INSERT INTO api_clients (project, id, secret_hash, name, scopes) SELECT '{new}', id, '\\x{digest}', "
                f"name, ARRAY(SELECT replace(each, ':{self.key}', ':{new}') FROM unnest(scopes) AS each) "
                f"FROM api_clients WHERE project = '{self.key}' AND id = '{client}'"
            )
        statements.append(f"INSERT INTO changes (project, kind, epoch) VALUES ('{new}', 'catalogue', 1)")
        self.sql.execute("; ".join(statements))  # one transaction: it is sent as one query
        return new
