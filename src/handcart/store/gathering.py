"""What is asked for while a round trip is under way goes out together with the next one.

Who asks alone waits for nobody: the question is sent at once. Under load one round trip answers many, and they share
what it costs, here and in PostgreSQL.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Gathering(Generic[Question, Answer]):
    """Questions of one kind, asked by many in one process.

    ``answer_all`` gets some questions and gives their answers in the same order; what it raises is raised to each who
    asked. Whoever goes away while waiting takes nothing from the others.
    """

    def __init__(
        self,
        answer_all: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        under_way_max: int,
        gathered_max: int,
    ) -> None:
        self._answer_all = answer_all
        self._spare = under_way_max
        self._gathered_max = gathered_max
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, question: Question) -> asyncio.Future[Answer]:
        """The answer, to be awaited."""
        asked: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, asked))
        if self._spare > 0:
            self._spare -= 1
            task = asyncio.create_task(self._send())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return asked

    async def _send(self) -> None:
        # The task starts a turn of the loop after the question that made it: whatever was asked in between is gathered.
        try:
            while self._waiting:
                gathered = self._waiting[: self._gathered_max]
                del self._waiting[: self._gathered_max]
                await self._answer([each for each in gathered if not each[1].done()])
        finally:
            self._spare += 1

    async def _answer(self, gathered: Sequence[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._answer_all([question for question, _ in gathered])
        except BaseException as error:
            told = error if isinstance(error, Exception) else ConnectionError("The process ends.")
            for _, asked in gathered:
                if not asked.done():
                    asked.set_exception(told)
            if not isinstance(error, Exception):
                raise
            return
        for (_, asked), answer in zip(gathered, answers, strict=True):
            if not asked.done():
                asked.set_result(answer)
