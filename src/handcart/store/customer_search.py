"""Searching customers: by words of their rows, by the numbers of their orders, and, where nothing is so spelled, by
what is spelled alike.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from handcart.domain.customer import Customer, customer_decoder
from handcart.domain.customer_search import FIELDS, Term, is_long
from handcart.domain.where_page import QueryRequest
from handcart.store.database import Querying, Row, Transaction
from handcart.store.statements import statement

_LAST_CHARACTER = "\U0010ffff"


class CustomerHit(msgspec.Struct, frozen=True):
    """A customer that was found, the fields of its row that led there, and the order number that did."""

    customer: Customer
    fields: tuple[str, ...]
    order_number: str | None


async def search_customers(
    querying: Querying,
    project: str,
    terms: Sequence[Term],
    *,
    associates: Sequence[tuple[int, str]],
    store: str | None,
    request: QueryRequest,
) -> tuple[list[CustomerHit], int]:
    """A page of the customers who have every term, the best first, and how many there are in all.

    ``associates`` are places of terms and the ids of customers who have them in their company's name; with ``store``
    only customers who are there for requests in it are found.
    """
    patterns = [(place, each) for place, term in enumerate(terms) for each in _patterns_of(term)]
    numbers = [(place, term.order_number) for place, term in enumerate(terms) if term.order_number is not None]
    rows = await querying.rows(
        statement("search_customers"),
        project,
        [place for place, _ in patterns],
        [pattern for _, pattern in patterns],
        [_escaped(each.text) for each in terms],
        [place for place, _ in associates],
        [UUID(customer_id) for _, customer_id in associates],
        [place for place, _ in numbers],
        [number for _, number in numbers],
        [number + _LAST_CHARACTER for _, number in numbers],
        [pattern for place, pattern in patterns if place == 0],
        store,
        request.limit,
        request.offset,
    )
    return _hits_from(rows), rows[0]["total"]


async def search_customers_alike(
    transaction: Transaction, project: str, terms: Sequence[Term], *, store: str | None, request: QueryRequest
) -> tuple[list[CustomerHit], int]:
    """A page of the customers who have something spelled like every term, the most alike first, and how many there are.

    In a transaction, whose end ends the setting of how much alike that is.
    """
    spellings = [(place, each) for place, term in enumerate(terms) for each in term.spellings]
    await transaction.row(statement("set_likeness"))
    rows = await transaction.rows(
        statement("search_customers_alike"),
        project,
        [place for place, _ in spellings],
        [spelling for _, spelling in spellings],
        list(terms[0].spellings),
        store,
        len(terms),
        request.limit,
        request.offset,
    )
    return _hits_from(rows), rows[0]["total"]


def _hits_from(rows: Sequence[Row]) -> list[CustomerHit]:
    return [
        CustomerHit(
            customer_decoder.decode(row["document"]),
            tuple(name for tag, name in FIELDS.items() if tag in row["fields"]),
            row["order_number"],
        )
        for row in rows
        if row["document"] is not None
    ]


def _patterns_of(term: Term) -> list[str]:
    """What a customer's text may be like; what is not long has to begin a word."""
    patterns: list[str] = []
    for each in term.anywhere:
        text = _escaped(each)
        patterns += [f"%{text}%"] if is_long(each) else [f"%:{text}%", f"% {text}%"]
    return patterns + [f"%P:{each}\n%" for each in term.phones]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
