"""A name says what a thing is. Words that fit anything say nothing, so nothing of ours is called by them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.style.sources import PACKAGE, place, python_files, tree_of

BANNED = frozenset(
    "manager helper helpers util utils service handler base common misc data info impl".split(),
)

WIRE_NAMES = ("DiscountCodeInfo", "PaymentInfo", "RecurrenceInfo", "ReturnInfo", "ShippingInfo", "SyncInfo")
"""Types of the published interface: a name of ours may contain them whole."""

EXCEPTIONS = {
    "DataFolder": "it is what --data names, and whoever operates Handcart knows it by that word",
}
"""Names of ours that may be contained whole as well, each with its reason; one that is gone has to go here too."""


def words_of(name: str) -> list[str]:
    """``ShippingInfo`` and ``shipping_info`` are the same two words."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def says_nothing(name: str) -> bool:
    words = " ".join(words_of(name))
    for allowed in (*WIRE_NAMES, *EXCEPTIONS):
        words = re.sub(rf"\b{' '.join(words_of(allowed))}\b", "", words)
    return bool(BANNED & set(words.split()))


def definitions() -> Iterator[tuple[str, str]]:
    """The place and name of every module, package, class and function."""
    for file in python_files(PACKAGE):
        yield place(file), _module_name(file)
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield place(file, node), node.name


def _module_name(file: Path) -> str:
    return file.parent.name if file.name == "__init__.py" else file.stem


def test_no_module_class_or_function_has_a_name_that_says_nothing() -> None:
    assert [f"{where} {name}" for where, name in definitions() if says_nothing(name)] == []


def test_every_exception_is_still_needed() -> None:
    defined = {tuple(words_of(name)) for _, name in definitions()}
    assert [name for name in EXCEPTIONS if tuple(words_of(name)) not in defined] == []


def test_whole_words_count_and_wire_names_are_free() -> None:
    assert [name for name in ("CartManager", "base", "load_info", "HTTPHandler") if not says_nothing(name)] == []
    assert [name for name in ("rebase", "Database", "ShippingInfo", "shipping_info_of") if says_nothing(name)] == []
