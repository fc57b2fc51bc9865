"""The glossary's states are those of the code, with the same moves."""

import re

import pytest

from handcart.domain.states import CART_MOVES, ORDER_MOVES, PAIRING_MOVES, PROPOSAL_MOVES, TAKEOVER_MOVES
from tests.docs.pages import DOCS


def moves_in(glossary: str, section: str) -> dict[str, frozenset[str]]:
    """The moves that a section's table tells of."""
    (table,) = re.findall(rf"^### {section}\n\n((?:\|.*\n)+)", glossary, re.MULTILINE)
    rows = [row.strip("|\n ").split("|") for row in table.splitlines()[2:]]
    return {row[0].strip(" `"): frozenset(re.findall(r"`(\w+)`", row[2]) if len(row) > 2 else ()) for row in rows}


@pytest.mark.parametrize(
    ("section", "moves"),
    [
        ("Cart", CART_MOVES),
        ("Order", ORDER_MOVES),
        ("Takeover", TAKEOVER_MOVES),
        ("Pairing", PAIRING_MOVES),
        ("Proposal", PROPOSAL_MOVES),
    ],
)
def test_the_glossary_tells_every_state_and_move(section: str, moves: dict[str, frozenset[str]]) -> None:
    assert moves_in((DOCS / "glossary.md").read_text(encoding="utf-8"), section) == moves
