"""A refusal is a class: its docstring is its message, and the edge knows its status and code."""

import ast
import importlib
import importlib.util
from collections.abc import Iterator

from tests.style.sources import PACKAGE, place, tree_of

ERRORS = PACKAGE / "domain" / "errors.py"
TABLE = PACKAGE / "api" / "refusals.py"


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def test_every_refusal_has_a_message() -> None:
    tree = tree_of(ERRORS) if ERRORS.exists() else ast.Module(body=[], type_ignores=[])
    silent = [node for node in tree.body if isinstance(node, ast.ClassDef) and not ast.get_docstring(node)]
    assert [f"{place(ERRORS, node)}: {node.name}" for node in silent] == []


def test_every_refusal_is_in_the_table_of_the_edge() -> None:
    """By itself or by a parent, but not by the root: one status for everything would answer nothing."""
    if not TABLE.exists():
        return
    root = importlib.import_module("handcart.domain.errors").Refusal
    table = importlib.import_module("handcart.api.refusals").REFUSALS
    leaves = [kind for kind in subclasses(root) if not kind.__subclasses__()]
    assert leaves
    assert root not in table
    assert [kind.__name__ for kind in leaves if not any(parent in table for parent in kind.__mro__)] == []
