"""Files, functions and lists of imports stay small enough to be read at once; exceptions are listed and only shrink."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.style.sources import ROOT, place, python_files, tree_of

MODULE_LINES_MAX = 300
TEST_MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = 50
IMPORTS_MAX = 25

EXCEPTIONS = ROOT / "tidy-exceptions.txt"
"""A path and the reason, one a line."""


def excess(file: Path) -> Iterator[str]:
    is_test = file.is_relative_to(ROOT / "tests")
    lines_max = TEST_MODULE_LINES_MAX if is_test else MODULE_LINES_MAX
    lines = file.read_text(encoding="utf-8").count("\n")
    if lines > lines_max:
        yield f"{place(file)}: {lines} lines, at most {lines_max}"
    tree = tree_of(file)
    imports = sum(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
    if imports > IMPORTS_MAX:
        yield f"{place(file)}: {imports} imports, at most {IMPORTS_MAX}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _length_without_docstring(node)
            if length > FUNCTION_LINES_MAX:
                yield f"{place(file, node)}: {node.name} has {length} lines, at most {FUNCTION_LINES_MAX}"


def _length_without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = ast.get_docstring(node, clean=False) or ""
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring.count("\n")


def exceptions() -> dict[str, str]:
    rows = EXCEPTIONS.read_text(encoding="utf-8").splitlines() if EXCEPTIONS.exists() else []
    return {path: reason for path, _, reason in (row.strip().partition(" ") for row in rows if row.strip())}


def test_everything_fits_its_ceiling_or_is_a_listed_exception() -> None:
    listed = exceptions()
    assert [row for file in python_files() if place(file) not in listed for row in excess(file)] == []


def test_every_listed_exception_has_a_reason_and_is_still_needed() -> None:
    listed = exceptions()
    assert [path for path, reason in listed.items() if not reason.strip()] == []
    files = {place(file): file for file in python_files()}
    assert [path for path in listed if path not in files or not list(excess(files[path]))] == []
