"""Time, ids and chance are arguments: only clock.py reads them, so that a test can choose all three."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.style.sources import PACKAGE, place, python_files, tree_of

READS = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "gmtime", "localtime"},
    "datetime": {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"},
    "uuid": {"uuid1", "uuid4", "uuid6", "uuid7"},
    "os": {"urandom", "getrandom"},
}
"""What reads the world, by module; ``time.sleep`` waits and ``uuid.UUID`` parses, so they are free."""

ALL_OF_IT = {"random", "secrets"}
FREE = {"secrets.compare_digest"}


def reads(name: str) -> bool:
    module, _, member = name.partition(".")
    return member in READS.get(module, ()) or (module in ALL_OF_IT and bool(member) and name not in FREE)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """The dotted name that each imported name stands for."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return names


def readings(file: Path) -> Iterator[str]:
    tree = tree_of(file)
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, dot, rest = ast.unparse(node).partition(".")
            name = names.get(first, "") + dot + rest
            if reads(name):
                yield f"{place(file, node)}: {name}"


def test_only_the_clock_reads_time_ids_and_chance() -> None:
    files = [file for file in python_files(PACKAGE) if file != PACKAGE / "clock.py"]
    assert [row for file in files for row in readings(file)] == []


def test_the_check_sees_what_the_clock_reads() -> None:
    clock = PACKAGE / "clock.py"
    found = {row.rpartition(" ")[2] for row in readings(clock)} if clock.exists() else None
    assert found is None or found >= {"datetime.datetime.now", "time.monotonic"}
