"""Whoever silences a check says which one and why."""

import re
import tokenize
from pathlib import Path

import pytest

from tests.style.sources import place, python_files

SILENCES = re.compile(r"#\s*(noqa|type:\s*ignore|ruff:\s*noqa|mypy:\s*ignore|pragma:\s*no\s*cover)", re.IGNORECASE)
WITH_CODE_AND_REASON = re.compile(
    r"#\s(noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*|type: ignore\[[a-z-]+(, ?[a-z-]+)*\])\s+[#-]\s*\S+\s+\S+"
)


def silences(file: Path) -> list[str]:
    """The comments that switch a check off and lack its code or the reason: ``# noqa: S608 - no input reaches it``."""
    with tokenize.open(file) as lines:
        comments = [token for token in tokenize.generate_tokens(lines.readline) if token.type == tokenize.COMMENT]
    return [
        f"{place(file)}:{token.start[0]}"
        for token in comments
        if SILENCES.match(token.string) and not WITH_CODE_AND_REASON.match(token.string)
    ]


def test_every_silenced_check_names_its_code_and_its_reason() -> None:
    assert [row for file in python_files() for row in silences(file)] == []


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: S608", "# type: ignore", "# type: ignore[attr-defined]"])
def test_a_silence_without_code_or_reason_is_seen(comment: str) -> None:
    assert SILENCES.match(comment)
    assert not WITH_CODE_AND_REASON.match(comment)


@pytest.mark.parametrize("code", ["noqa: S608, S603", "type: ignore[attr-defined] "])
def test_a_silence_with_code_and_reason_is_accepted(code: str) -> None:
    assert WITH_CODE_AND_REASON.match(f"# {code} # the stubs lack it")
