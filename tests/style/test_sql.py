"""SQL lives in files that say what they do, and each has one caller, so that a plan can be traced to its reason."""

import ast
import re
from collections import Counter
from pathlib import Path

from tests.style.sources import PACKAGE, docstrings, place, python_files, tree_of

STORE = PACKAGE / "store"
STATEMENTS = STORE / "sql"

BEFORE_THE_STORE = {
    "src/handcart/processes/embedded_postgres.py": "creates the role and the database that the store connects to",
}
"""Python outside the store that holds SQL, each with its reason."""

LOOKS_LIKE_SQL = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|MERGE\s+INTO\s|WITH\s+\w+\s+AS\s"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|UNIQUE|VIEW|EXTENSION|DATABASE|ROLE|SCHEMA|TYPE|FUNCTION)\s|TRUNCATE\s)"
)


def statement_files() -> list[Path]:
    return sorted(STATEMENTS.rglob("*.sql"))


def name_of(file: Path) -> str:
    return file.relative_to(STATEMENTS).with_suffix("").as_posix()


def names_used() -> Counter[str]:
    """How often the store's Python names each statement: as a string, or as an attribute of something called sql."""
    used: Counter[str] = Counter()
    for file in python_files(STORE):
        tree = tree_of(file)
        prose = docstrings(tree)
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)) if node not in prose:
                    used[text.removesuffix(".sql")] += 1
                case ast.Attribute(value=ast.Name(id="sql" | "SQL"), attr=name):
                    used[name] += 1
    return used


def test_every_statement_says_in_its_first_line_what_it_does() -> None:
    undescribed = [
        file for file in statement_files() if not re.match(r"-- \S.*\S$", file.read_text().partition("\n")[0])
    ]
    assert [place(file) for file in undescribed] == []


def test_every_statement_is_used_exactly_once() -> None:
    used = names_used()
    assert {place(file): used[name_of(file)] for file in statement_files() if used[name_of(file)] != 1} == {}


def test_there_is_no_sql_in_python_outside_the_store() -> None:
    found = []
    for file in python_files(PACKAGE):
        if file.is_relative_to(STORE) or place(file) in BEFORE_THE_STORE:
            continue
        tree = tree_of(file)
        prose = docstrings(tree)
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)) if node not in prose and LOOKS_LIKE_SQL.match(text):
                    found.append(place(file, node))
    assert found == []
