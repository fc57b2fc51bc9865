"""The table of refusals never lies, and leaves none out."""

import re

import pytest

from handcart.api import refusals
from tests.docs.pages import tables_in
from tests.docs.tables import API, refusal_kinds, refusal_table, status_and_code

AGAIN = "run python -m tests.docs.tables"


def test_the_table_of_refusals_is_what_the_code_says() -> None:
    assert tables_in(API)["refusals"] == refusal_table(), AGAIN


def test_every_status_and_code_is_in_the_table() -> None:
    rows = {
        (int(status), code) for status, code in re.findall(r"^\| (\d{3}) \| `(\w+)`", refusal_table(), re.MULTILINE)
    }
    assert rows == set(refusals.REFUSALS.values())


@pytest.mark.parametrize("kind", refusal_kinds(), ids=lambda kind: kind.__name__)
def test_every_refusal_is_in_the_table(kind: type[Exception]) -> None:
    status, code = status_and_code(kind)
    said = (kind.__doc__ or "").partition("\n")[0].replace("{detail}", "(what is wrong)")
    assert re.search(
        rf"^\| {status} \| `{code}` \| (`{kind.__name__}`)? \| {re.escape(said)} \|", refusal_table(), re.MULTILINE
    )
