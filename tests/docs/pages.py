"""The pages of the documentation: their tables that the code writes, and their blocks that tests run.

A table stands between ``<!-- table: name -->`` and ``<!-- end -->``. ``python -m tests.docs.tables`` writes all of them
anew; a test fails as long as one says something else than the code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_TABLE = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)
_FENCE = re.compile(r"^```(?P<language>[a-z]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block, and what the page says that it prints: the ``text`` block that follows it, if one does."""

    language: str
    text: str
    prints: str | None


def pages() -> list[Path]:
    """Every page that a newcomer reads."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def tables_in(page: Path) -> dict[str, str]:
    """The tables of a page as they stand there, by name."""
    return {found["name"]: found["body"] for found in _TABLE.finditer(page.read_text(encoding="utf-8"))}


def write_tables(page: Path, tables: dict[str, str]) -> None:
    """Put these tables in their places."""
    text = page.read_text(encoding="utf-8")
    written = _TABLE.sub(lambda found: f"{found[1]}{tables[found['name']]}{found[4]}", text)
    if written != text:
        page.write_text(written, encoding="utf-8")


def blocks_of(page: Path, *languages: str) -> list[Block]:
    """The blocks in these languages, in their order."""
    return [each for each in _blocks(page.read_text(encoding="utf-8")) if each.language in languages]


def _blocks(text: str) -> Iterator[Block]:
    found = list(_FENCE.finditer(text))
    for place, each in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        is_output = following is not None and following["language"] == "text" and each["language"] != "text"
        # Nothing but blank lines may stand between a block and what it prints.
        prints = following["text"] if is_output and not text[each.end() : following.start()].strip() else None
        yield Block(each["language"], each["text"], prints)
