"""A server with the demo project in a database of its own, as ``make demo`` starts it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import RunningServer, running_server
from tests.database import Sql
from tests.docs.pages import ROOT, Block

DEMO_URL = "http://127.0.0.1:8000"
"""Where the pages say that it is."""


@pytest.fixture(scope="session")
def demo_database(database_url: str, sql: Sql) -> str:
    """An empty database beside that of the other tests."""
    sql.execute("CREATE DATABASE demo")
    return database_url.replace("/handcart?", "/demo?")


@pytest.fixture(scope="session")
def demo_server(demo_database: str) -> Iterator[RunningServer]:
    """The demo project, just loaded."""
    demo = str(ROOT / "examples" / "demo.json")
    with running_server("--database-url", demo_database, "--load", demo, "--log-level", "warning") as running:
        yield running


Run = Callable[[list[str], Block], str]


@pytest.fixture
def run(demo_server: RunningServer, tmp_path: Path) -> Run:
    """Runs a command on a block's text, which speaks to the demo server, and answers what it prints."""

    def run_block(command: list[str], block: Block) -> str:
        text = block.text.replace(DEMO_URL, demo_server.url)
        variables = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=variables, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{text}"
        assert done.stderr == ""
        return done.stdout

    return run_block


def in_one_shell(blocks: list[Block]) -> Block:
    """All blocks as one script, in which each says when it begins, so that what it prints can be told apart."""
    script = "".join(f"printf '\\036'\n{each.text}" for each in blocks)
    return Block("sh", f"set -eu\n{script}", None)


def check_outputs(blocks: list[Block], printed: str) -> None:
    """Each block printed what its page says; a block without a word about it may print anything."""
    _, *outputs = printed.split("\036")
    assert len(outputs) == len(blocks)
    for block, output in zip(blocks, outputs, strict=True):
        if block.prints is not None:
            assert output == block.prints, block.text
