"""How far long work is: a bar for people on a terminal, a row of the log for everyone else."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from handcart.log import logger

Report = Callable[[str, int, int], None]
"""Takes the section that is being worked on, how many of it are done, and how many there are."""


@contextlib.contextmanager
def progress_of(work: str, *, json: bool) -> Iterator[Report]:
    """Report to whoever watches until the work is done or has failed."""
    if json or not sys.stderr.isatty():
        yield _log_sections(work)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def show(section: str, done: int, total: int) -> None:
            if section not in tasks:
                tasks[section] = bars.add_task(f"{work}: {section}", total=total)
            bars.update(tasks[section], completed=done, total=total)

        yield show


def _log_sections(work: str) -> Report:
    log = logger(__name__)

    def note(section: str, done: int, total: int) -> None:
        if done >= total:
            log.info(work, section=section, done=done)

    return note
