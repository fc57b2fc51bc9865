"""The tables that the code writes say what the code says; links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, pages, tables_in
from tests.docs.tables import API, OPERATING, TABLES

AGAIN = "run python -m tests.docs.tables"


@pytest.mark.parametrize("page", [API, OPERATING], ids=lambda page: page.name)
def test_the_tables_of_a_page_are_what_the_code_says(page: Path) -> None:
    written = tables_in(page)
    assert written == {name: TABLES[name]() for name in written}, AGAIN


def test_every_table_has_its_place() -> None:
    assert sorted([*tables_in(API), *tables_in(OPERATING)]) == sorted(TABLES)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [each for each in links if not (page.parent / each).exists()] == []


def test_each_decision_has_a_number_of_its_own() -> None:
    names = [page.name for page in (DOCS / "decisions").glob("*.md")]
    assert [each for each in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", each)] == []
    assert len({each[:4] for each in names}) == len(names)
