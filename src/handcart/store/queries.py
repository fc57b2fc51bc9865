"""Queries of collections: a tree of conditions becomes parameterised SQL over what one statement offers.

A table is a statement whose column names are the fields of the wire (``state AS "cartState"``). No text of a client
gets into the SQL: a field is looked up in the table's description, a value is a parameter.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from handcart.domain.document import instant_of
from handcart.domain.errors import InvalidInput
from handcart.domain.ids import is_uuid
from handcart.domain.where import All, Condition, Either, Predicate, Value, malformed
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store.compression import decompress
from handcart.store.database import Querying, Row
from handcart.store.statements import statement

BIGINT_MAX = 2**63 - 1

_COMPARISONS = frozenset({"=", "<", "<=", ">", ">="})
_EQUALITY = frozenset({"=", "!=", "in", "not in", "is defined", "is not defined"})


class Field(msgspec.Struct, frozen=True):
    """A field that a query may name: the kind of its values, and the column if that is not called as the field is.

    ``prefix`` marks one kind of owner: ``customerId`` is the column ``owner`` where it begins with ``customer:``.
    """

    kind: str
    column: str | None = None
    prefix: str | None = None


TEXT, FOLDED, ID, INTEGER, BOOLEAN, INSTANT, TEXTS = (
    Field(kind) for kind in ("text", "folded", "uuid", "bigint", "boolean", "timestamptz", "text[]")
)
"""``FOLDED`` is text in lower case, however the client writes it; ``TEXTS`` is a set of texts."""


def document_of(row: Row) -> bytes:
    """The JSON of a row whose document lies there as the wire has it."""
    document: bytes = row["document"]
    return document


def decompressed_document_of(row: Row) -> bytes:
    """The JSON of a row whose document is compressed."""
    return decompress(row["document"])


class QueryTable(msgspec.Struct, frozen=True):
    """What can be queried: the statement's text (parameter ``$1`` is the project), its fields, and how a row reads."""

    sql: str
    fields: Mapping[str, Field]
    document_of: Callable[[Row], bytes] = document_of
    columns: str = "document"
    """The columns that ``document_of`` reads; what is not read is not computed."""


_TIMES = {"createdAt": INSTANT, "lastModifiedAt": INSTANT, "version": INTEGER}
_OWNERS = {
    "customerId": Field("text", "owner", "customer:"),
    "anonymousId": Field("text", "owner", "anonymous:"),
    "store.key": TEXT,
}

CARTS = QueryTable(
    statement("query_carts"),
    {"id": ID, "key": TEXT, "cartState": TEXT, "origin": TEXT} | _OWNERS | _TIMES,
    decompressed_document_of,
)
ORDERS = QueryTable(
    statement("query_orders"),
    {"id": ID, "orderNumber": TEXT, "orderState": TEXT, "status": TEXT, "type": TEXT, "cart.id": ID} | _OWNERS | _TIMES,
    decompressed_document_of,
)
CUSTOMERS = QueryTable(
    statement("query_customers"), {"id": ID, "key": TEXT, "email": FOLDED, "customerNumber": TEXT} | _TIMES
)

_PRODUCTS_SQL = statement("query_products")
_PRODUCT_FIELDS = {"id": ID, "key": TEXT, "productType.id": TEXT, "taxCategory.id": TEXT} | _TIMES
PRODUCTS = QueryTable(
    _PRODUCTS_SQL,
    _PRODUCT_FIELDS
    | {
        "masterData.published": Field("boolean", "published"),
        "masterData.current.masterVariant.sku": Field("text", "current.sku"),
        "masterData.staged.masterVariant.sku": Field("text", "staged.sku"),
    },
)
CURRENT_PROJECTIONS, STAGED_PROJECTIONS = (
    QueryTable(_PRODUCTS_SQL, _PRODUCT_FIELDS | {"published": BOOLEAN, "masterVariant.sku": Field("text", column)})
    for column in ("current.sku", "staged.sku")
)

_RESOURCES_SQL = statement("query_resources")
_RESOURCE_FIELDS = {"id": TEXT, "key": TEXT} | _TIMES
_KIND_FIELDS: dict[str, dict[str, Field]] = {
    "channel": {"roles": TEXTS},
    "tax-category": {"name": TEXT},
    "zone": {"name": TEXT},
    "customer-group": {"name": TEXT},
    "shipping-method": {"name": TEXT, "isDefault": BOOLEAN, "active": BOOLEAN, "taxCategory.id": TEXT},
    "business-unit": {"name": TEXT, "status": TEXT},
    "cart-discount": {"sortOrder": TEXT, "isActive": BOOLEAN, "requiresDiscountCode": BOOLEAN},
    "discount-code": {"code": TEXT, "isActive": BOOLEAN, "groups": TEXTS},
}


def resources_table(kind: str) -> QueryTable:
    """The table of one kind of resource; to be queried with ``only={"kind": kind}``."""
    return QueryTable(_RESOURCES_SQL, _RESOURCE_FIELDS | _KIND_FIELDS.get(kind, {}))


async def query_documents(
    database: Querying, table: QueryTable, project: str, request: QueryRequest, *, only: Mapping[str, Any] | None = None
) -> QueryPage:
    """A page of documents. Raises InvalidInput for a field that the table has not, or a value it cannot have.

    ``only`` restricts the query further than the client's own words: a column of the statement and the value, or the
    list of values, that it must have. Without ``sort`` the order is that of the ids. Counting is a second statement,
    left out where the page itself tells the total.
    """
    selection = _Selection(table, project)
    for column, wanted in (only or {}).items():
        test = "= ANY" if isinstance(wanted, list | tuple | set | frozenset) else "="
        values = list(wanted) if test == "= ANY" else wanted
        selection.conditions.append(f'"{column}" {test} ({selection.parameter(values)})')
    for each in request.where:
        selection.conditions.append(selection.sql_of(each))
    results: list[bytes] = []
    if request.limit:
        rows = await database.rows(selection.page_sql(request), *selection.parameters)
        results = [table.document_of(row) for row in rows]
    total: int | None = None
    if request.with_total:
        if len(results) < request.limit and (results or not request.offset):
            total = request.offset + len(results)
        else:
            counted = await database.row(selection.count_sql(), *selection.parameters)
            total = counted["total"] if counted is not None else 0
    return QueryPage(results, request.limit, request.offset, total)


class _Selection:
    """The parts of one query's SQL, and its parameters."""

    def __init__(self, table: QueryTable, project: str) -> None:
        self._table = table
        self.parameters: list[Any] = [project]
        self.conditions: list[str] = []

    def parameter(self, value: Any) -> str:
        """The placeholder of a value."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def _source(self) -> str:
        where = "".join(f"\n  AND ({each})" for each in self.conditions)
        return f"({self._table.sql}) AS found\nWHERE true{where}"

    def page_sql(self, request: QueryRequest) -> str:
        """The statement for a page; its numbers were checked to be numbers."""
        keys = [f"{self._sort_column(each.path)}{' DESC' if each.descending else ''}" for each in request.sort]
        order = ", ".join([*keys, "id"])
        return (
            f"SELECT {self._table.columns} FROM {self._source()}\n"  # noqa: S608 - columns come from the table, values are parameters
            f"ORDER BY {order} LIMIT {request.limit} OFFSET {request.offset}"
        )

    def count_sql(self) -> str:
        """The statement for the total."""
        return f"SELECT count(*) AS total FROM {self._source()}"  # noqa: S608 - as for the page

    def _sort_column(self, path: str) -> str:
        field = self._table.fields.get(path)
        # Where a guest's id stands among others tells what it is, letter by letter; and it opens the guest's session.
        if field is None or field.kind == "text[]" or field.prefix == "anonymous:":
            raise InvalidInput(detail=f"Malformed parameter: sort: it is not possible to sort by the field {path}.")
        column = f'"{field.column or path}"'
        return (
            column if field.prefix is None else f"CASE WHEN starts_with({column}, '{field.prefix}') THEN {column} END"
        )

    def sql_of(self, predicate: Predicate) -> str:
        """The SQL of a condition. What is absent is null: only ``IS NOT TRUE`` makes the opposite of that true."""
        if isinstance(predicate, All):
            return " AND ".join(f"({self.sql_of(each)})" for each in predicate.parts)
        if isinstance(predicate, Either):
            return " OR ".join(f"({self.sql_of(each)})" for each in predicate.parts)
        if isinstance(predicate, Condition):
            return self._condition_sql(predicate)
        return f"({self.sql_of(predicate.part)}) IS NOT TRUE"

    def _condition_sql(self, condition: Condition) -> str:
        name, field = self._field_of(condition)
        column, operator = f'"{field.column or name}"', condition.operator
        if operator in ("is defined", "is not defined"):
            opposite = "NOT " if operator == "is not defined" else ""
            test = f"{column} IS NOT NULL"
            if field.prefix is not None:
                test = f"starts_with({column}, {self.parameter(field.prefix)})"
            return f"({test}) IS {opposite}TRUE"
        values = [_value_of(each, field, condition) for each in condition.values]
        if operator.startswith("contains"):
            test = "&&" if operator == "contains any" else "@>"
            return f"{column} {test} {self.parameter(values)}::text[]"
        if operator in ("in", "not in"):
            found = f"{column} = ANY ({self.parameter(values)}::{_cast_of(field)}[])"
            return found if operator == "in" else f"({found}) IS NOT TRUE"
        placeholder = f"{self.parameter(values[0])}::{_cast_of(field)}"
        if operator == "!=":
            return f"({column} = {placeholder}) IS NOT TRUE"
        assert operator in _COMPARISONS
        return f"{column} {operator} {placeholder}"

    def _field_of(self, condition: Condition) -> tuple[str, Field]:
        fields, name, operator = self._table.fields, condition.path, condition.operator
        if name not in fields and operator.startswith("is "):
            name = next((each for each in fields if each.startswith(f"{name}.")), name)
        field = fields.get(name)
        if field is None:
            known = ", ".join(sorted(fields))
            raise malformed(
                f"the field {condition.path} cannot be queried (those that can: {known})", condition.position
            )
        is_set = operator.startswith("contains")
        if not operator.startswith("is ") and (
            is_set != (field.kind == "text[]") or (field.prefix is not None and operator not in _EQUALITY)
        ):
            raise malformed(f"{operator} is not possible for the field {condition.path}", condition.position)
        return name, field


def _cast_of(field: Field) -> str:
    return "text" if field.kind == "folded" else field.kind


def _value_of(value: Value, field: Field, condition: Condition) -> Any:
    """The parameter for a value; an id that is no UUID becomes null, which equals nothing."""
    wanted = {"bigint": "number", "boolean": "boolean"}.get(field.kind, "string")
    refusal = malformed(f"{value.text!r} is not a value of the field {condition.path}", condition.position)
    if value.kind not in (wanted, "variable"):
        raise refusal
    try:
        return _convert(value.text, field)
    except (ValueError, ArithmeticError):
        raise refusal from None


def _convert(text: str, field: Field) -> str | int | bool | datetime | UUID | None:
    if field.kind == "uuid":
        return UUID(text) if is_uuid(text) else None
    if field.kind == "bigint":
        number = Decimal(text)
        # Before it is made an integer: that of 1e999999999 has a billion digits.
        if not number.is_finite() or abs(number) > BIGINT_MAX or number != int(number):
            raise ValueError(text)
        return int(number)
    if field.kind == "boolean":
        return {"true": True, "false": False}[text]
    if field.kind == "timestamptz":
        instant = instant_of(text)
        if instant.tzinfo is None:
            raise ValueError(text)
        return instant
    if field.kind == "folded":
        return text.lower()
    return f"{field.prefix or ''}{text}"
