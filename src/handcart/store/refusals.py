"""What the database refuses, in Handcart's words: it keeps the invariants, and each has a name."""

from collections.abc import Callable

import asyncpg

from handcart.domain.errors import (
    AnonymousIdAlreadyInUse,
    AnswerPending,
    DuplicateField,
    InvalidInput,
    OutOfStock,
    Refusal,
)

_BY_CONSTRAINT: dict[str, Callable[[str], Refusal]] = {
    "one_customer_per_email": lambda value: DuplicateField(field="email", duplicate_value=value),
    "one_customer_per_key": lambda value: DuplicateField(field="key", duplicate_value=value),
    "one_customer_per_number": lambda value: DuplicateField(field="customerNumber", duplicate_value=value),
    "one_cart_per_key": lambda value: DuplicateField(field="key", duplicate_value=value),
    "one_order_per_number": lambda value: DuplicateField(field="orderNumber", duplicate_value=value),
    "one_resource_per_key": lambda value: DuplicateField(field="key", duplicate_value=value),
    "one_product_per_key": lambda value: DuplicateField(field="key", duplicate_value=value),
    "one_product_per_sku": lambda value: DuplicateField(field="sku", duplicate_value=value),
    "one_entry_per_key": lambda value: DuplicateField(field="key", duplicate_value=value),
    "one_entry_per_sku_and_channel": lambda value: DuplicateField(field="sku", duplicate_value=value),
    "one_session_per_anonymous_id": lambda _: AnonymousIdAlreadyInUse(),
    "one_member_per_identity": lambda value: DuplicateField(field="identity.subject", duplicate_value=value),
    "projects_pkey": lambda value: DuplicateField(field="key", duplicate_value=value),
    "one_answer_per_idempotency_key": lambda _: AnswerPending(),
    "stock_never_below_zero": lambda _: OutOfStock(line_items=[], skus=[]),
}


def refusal_of(error: asyncpg.PostgresError) -> Refusal | None:
    """The refusal that a violated constraint means, or None where the error is nobody's but ours."""
    if isinstance(error, asyncpg.DataError):
        return InvalidInput(detail=str(error))
    make = _BY_CONSTRAINT.get(error.constraint_name or "")
    if make is None:
        return None
    # DETAIL: Key (project, key)=(demo, tee) already exists.
    values = (error.detail or "").partition(")=(")[2].partition(") ")[0]
    return make(values.rpartition(", ")[2])
