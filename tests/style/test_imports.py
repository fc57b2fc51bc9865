"""What the import contracts cannot see: that they cover every package, and what is taken from where it is allowed."""

import ast
import tomllib

from tests.style.sources import PACKAGE, ROOT, place, python_files, tree_of

MAY_IMPORT_EVERYTHING = {"__init__", "__main__", "cli", "wiring"}
EDGE = ("api", "pages", "worker")


def test_every_package_is_under_a_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    governed = {package.removeprefix("handcart.") for each in contracts for package in each.get("packages", [])}
    existing = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in python_files(PACKAGE)}
    assert existing - governed - MAY_IMPORT_EVERYTHING == set()


def test_the_edge_takes_only_types_from_the_database_module() -> None:
    taken = [
        (place(file, node), name.name)
        for layer in EDGE
        for file in python_files(PACKAGE / layer)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ImportFrom) and node.module == "handcart.store.database"
        for name in node.names
    ]
    assert [f"{where}: {name}" for where, name in taken if not name[0].isupper()] == []


def test_the_domain_never_waits() -> None:
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    found = [
        place(file, node)
        for file in python_files(PACKAGE / "domain")
        for node in ast.walk(tree_of(file))
        if isinstance(node, waiting)
    ]
    assert found == []
