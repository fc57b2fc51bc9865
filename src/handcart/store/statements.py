"""SQL lives in files: ``sql/load_cart.sql`` is ``statement("load_cart")``; each says in a line what it is for."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """The text of a statement, read once."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
