"""First answers to idempotency keys: written with the change itself, so that a replay can never write twice."""

from datetime import datetime

import msgspec

from handcart.store.compression import compress, decompress
from handcart.store.database import Database, Querying
from handcart.store.statements import statement


class Idempotency(msgspec.Struct, frozen=True):
    """The key that a client sent with a write, the resource it holds for, and a hash of the request."""

    resource: str
    key: str
    request_hash: bytes


class Answer(msgspec.Struct, frozen=True):
    """What a write answers: the bytes, and whether something was created."""

    body: bytes
    created: bool = False


class FirstAnswer(msgspec.Struct, frozen=True):
    """A kept answer and the request that it answered."""

    answer: Answer
    request_hash: bytes


async def find_answer(database: Database, project: str, idempotency: Idempotency) -> FirstAnswer | None:
    """The first answer to this key, if there is one."""
    row = await database.row(statement("find_answer"), project, idempotency.resource, idempotency.key)
    if row is None:
        return None
    return FirstAnswer(Answer(decompress(row["answer"]), row["created"]), row["request_hash"])


async def insert_answer(
    querying: Querying, project: str, idempotency: Idempotency | None, answer: Answer, at: datetime
) -> None:
    """Keep the answer within the transaction that it answers for; without a key nothing is kept."""
    if idempotency is not None:
        await querying.execute(
            statement("insert_answer"),
            project,
            idempotency.resource,
            idempotency.key,
            idempotency.request_hash,
            answer.created,
            compress(answer.body),
            at,
        )
