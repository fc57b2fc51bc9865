"""The log: rows of JSON for machines, lines for people on a terminal, never on standard output."""

import json
import os
import pty
import subprocess
import sys

SCRIPT = """
import logging, sys
from handcart.log import configure_log, logger
configure_log(level="info", json="json" in sys.argv)
logger("handcart.carts").info("cart opened", lines=3)
logger("handcart.carts").debug("not said")
logging.getLogger("asyncio").warning("%s tasks", 2)
def sign_in(password):
    return 1 / 0

try:
    sign_in("not to be said")
except ZeroDivisionError:
    logger("handcart.carts").exception("failed")
"""


def rows_of(said: str) -> list[dict[str, object]]:
    return [json.loads(row) for row in said.splitlines()]


def test_rows_are_json_where_nobody_watches() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    first, foreign, failed = rows_of(done.stderr)
    assert {key: first[key] for key in ("event", "lines", "level", "logger")} == {
        "event": "cart opened",
        "lines": 3,
        "level": "info",
        "logger": "handcart.carts",
    }
    assert str(first["timestamp"]).endswith("Z")
    assert (foreign["event"], foreign["logger"]) == ("2 tasks", "asyncio")
    assert failed["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert done.stdout == ""


def test_a_traceback_shows_no_variables() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    for said in (done.stderr, on_terminal()):
        assert "sign_in" in said
        assert "ZeroDivisionError" in said
        assert "not to be said" not in said


def on_terminal(*arguments: str) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", SCRIPT, *arguments], stderr=theirs):
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 65536):
                said += chunk
        except OSError:
            pass  # the end of a terminal whose last writer has gone
    os.close(ours)
    return said.decode()


def test_a_terminal_gets_lines_for_people() -> None:
    said = on_terminal()
    assert "cart opened" in said
    assert not said.startswith("{")


def test_a_terminal_gets_json_when_it_asks() -> None:
    assert [row["event"] for row in rows_of(on_terminal("json"))] == ["cart opened", "2 tasks", "failed"]
