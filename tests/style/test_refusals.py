"""A refusal is a class: its docstring is its message, and the edge knows its status and code."""

import ast
import importlib
import re
from collections.abc import Iterator

from handcart.api.refusals import REFUSALS
from handcart.domain import errors
from tests.style.sources import PACKAGE, place, python_files, tree_of

ERRORS = PACKAGE / "domain" / "errors"


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def refusals() -> list[type[errors.Refusal]]:
    """The root and all below it, wherever in the package they stand."""
    for file in python_files(ERRORS):
        importlib.import_module(".".join(file.with_suffix("").relative_to(PACKAGE.parent).parts))
    return [errors.Refusal, *subclasses(errors.Refusal)]


def test_every_refusal_has_a_message() -> None:
    silent = [
        (file, node)
        for file in python_files(ERRORS)
        for node in tree_of(file).body
        if isinstance(node, ast.ClassDef) and not ast.get_docstring(node)
    ]
    assert [f"{place(file, node)}: {node.name}" for file, node in silent] == []


def test_every_refusal_is_imported_from_the_package() -> None:
    assert [kind.__name__ for kind in refusals() if getattr(errors, kind.__name__, None) is not kind] == []


def test_the_tree_at_the_top_has_every_refusal_and_no_other() -> None:
    drawn = re.findall(r"\b[A-Z]\w+", (errors.__doc__ or "").split("\n\n")[1])
    assert sorted(drawn) == sorted(kind.__name__ for kind in refusals())


def test_every_refusal_is_in_the_table_of_the_edge() -> None:
    """By itself or by a parent, but not by the root: one status for everything would answer nothing."""
    leaves = [kind for kind in refusals() if not kind.__subclasses__()]
    assert leaves
    assert errors.Refusal not in REFUSALS
    assert [kind.__name__ for kind in leaves if not any(parent in REFUSALS for parent in kind.__mro__)] == []
