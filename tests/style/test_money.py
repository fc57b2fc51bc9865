"""An amount is an integer of minor units. A float or a bare division would round without saying how."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.style.sources import PACKAGE, place, python_files, tree_of

ABOUT_MONEY = {"money", "price", "tax"}
DOMAIN = PACKAGE / "domain"


def about_money() -> list[Path]:
    """The modules of these names, wherever they are, and all of a package of the domain that has one of them."""
    return [
        file
        for file in python_files(PACKAGE)
        if file.stem in ABOUT_MONEY
        or (file.is_relative_to(DOMAIN) and ABOUT_MONEY & set(file.relative_to(DOMAIN).parts))
    ]


def silent_rounding(file: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(file)):
        match node:
            case ast.Name(id="float") | ast.Constant(value=float()):
                yield f"{place(file, node)}: float"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield f"{place(file, node)}: /"


def test_no_amount_is_a_float_or_divided_without_naming_the_rounding() -> None:
    assert [row for file in about_money() for row in silent_rounding(file)] == []
