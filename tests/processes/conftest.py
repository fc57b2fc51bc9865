"""Folders and processes for the tests that start real ones; whatever a test leaves running is ended by its number."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from handcart.processes.data_folder import DataFolder
from handcart.processes.embedded_postgres import start_embedded

PATIENCE_SECONDS = 30.0
HOLDER = Path(__file__).with_name("holder.py")


@dataclass
class Holder:
    """Another process that holds the embedded PostgreSQL of a folder."""

    process: subprocess.Popen[str]
    said: dict[str, str]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)

    def release(self) -> None:
        self.process.communicate(timeout=30)


def postmaster_of(folder: Path) -> int:
    """The process number of the PostgreSQL that serves the folder."""
    return int((DataFolder(folder).postgres / "postmaster.pid").read_text().splitlines()[0])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def execute(url: str, statement: str) -> None:
    value(url, statement)


def value(url: str, query: str) -> object:
    """The last statement's first value."""

    async def ask() -> object:
        connection = await asyncpg.connect(url)
        try:
            *before, last = query.split(";")
            for statement in before:
                await connection.execute(statement)
            return await connection.fetchval(last)
        finally:
            await connection.close()

    return asyncio.run(ask())


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, so that the socket lies inside; pytest's own are too long for one."""
    with tempfile.TemporaryDirectory(prefix="hc") as made:
        yield Path(made) / "d"


@pytest.fixture
def hold() -> Iterator[Callable[..., Holder]]:
    held: list[tuple[Holder, Path]] = []

    def start(folder: Path, where: str = "main", **options: object) -> Holder:
        process = subprocess.Popen(
            [sys.executable, str(HOLDER), str(folder), where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        assert process.stdout is not None
        holder = Holder(process, json.loads(process.stdout.readline()))
        held.append((holder, folder))
        return holder

    yield start
    for holder, folder in held:
        if holder.process.poll() is None:
            holder.release()
        with contextlib.suppress(FileNotFoundError):
            left = postmaster_of(folder)
            if is_alive(left):
                os.kill(left, signal.SIGQUIT)
        for stream in (holder.process.stdin, holder.process.stdout):
            stream.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="hc") as made, start_embedded(Path(made) / "d") as postgres:
        yield postgres.url
