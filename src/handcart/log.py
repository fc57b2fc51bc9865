"""One way to log, for Handcart and for the libraries it runs on: for people on a terminal, otherwise JSON, on stderr.

Standard output is kept for what a command was asked to say.
"""

import logging
import sys

import structlog


def configure_log(*, level: str, json: bool) -> None:
    """Call it once, before anything is logged."""
    for_people = sys.stderr.isatty() and not json
    steps: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if for_people else "iso", utc=not for_people),
    ]
    if for_people:
        plain = structlog.dev.plain_traceback
        last: list[structlog.types.Processor] = [
            structlog.dev.ConsoleRenderer(pad_event_to=0, exception_formatter=plain)
        ]
    else:
        # Local variables hold passwords, tokens and people's addresses: a traceback shows none.
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        last = [structlog.processors.ExceptionRenderer(tracebacks), structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *steps,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
        )
    )
    logging.basicConfig(handlers=[output], level=level.upper(), force=True)
    # What uvicorn says at every start and end is news only to whoever looks for a fault in it.
    logging.getLogger("uvicorn").setLevel(max(logging.getLogger().level, logging.WARNING))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose keyword arguments are the fields of the row."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound
