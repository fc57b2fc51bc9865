"""What a command can be told, by a flag or by a variable HANDCART_…; a flag wins."""

from collections.abc import Callable, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

import click

from handcart.config import LOG_LEVELS, Config, default_data_folder

Command = TypeVar("Command", bound=Callable[..., Any])

URL_EXAMPLE = "postgresql://user:password@host:5432/database"


def postgres_url(_context: click.Context, _parameter: click.Parameter, url: str | None) -> str | None:
    """Refuse what is no URL of PostgreSQL before anything is started."""
    if url is not None and not url.startswith(("postgresql://", "postgres://")):
        raise click.BadParameter(f"it has to look like {URL_EXAMPLE}")
    return url


def proxies(_context: click.Context, _parameter: click.Parameter, named: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is no address: it would be trusted by nobody, and nobody would know why."""
    for each in named:
        try:
            if each != "*":
                ip_network(each)
        except ValueError as error:
            raise click.BadParameter(f"{error}; name an address, a network such as 10.0.0.0/8, or *") from None
    return named


REACHING = (
    click.option(
        "--data",
        "data_folder",
        type=click.Path(path_type=Path),
        default=default_data_folder,
        envvar="HANDCART_DATA",
        metavar="DIR",
        help="Folder of the embedded PostgreSQL.  [default: this user's own]",
    ),
    click.option(
        "--database-url",
        callback=postgres_url,
        envvar="HANDCART_DATABASE_URL",
        metavar="URL",
        help="Use this PostgreSQL (15 to 18) and start none.",
    ),
    click.option("--log-level", type=click.Choice(LOG_LEVELS), default=Config.log_level, envvar="HANDCART_LOG_LEVEL"),
    click.option("--json", is_flag=True, envvar="HANDCART_JSON", help="Speak JSON, for machines."),
)
"""How a command reaches the database and how it speaks."""

SERVING = (
    click.option("--host", default=Config.host, show_default=True, envvar="HANDCART_HOST"),
    click.option(
        "--port", type=click.IntRange(0, 65535), default=Config.port, show_default=True, envvar="HANDCART_PORT"
    ),
    click.option(
        "--workers",
        "server_processes",
        type=click.IntRange(1, 64),
        default=Config.server_processes,
        show_default=True,
        envvar="HANDCART_WORKERS",
        metavar="N",
        help="Server processes that share the port.",
    ),
    click.option(
        "--worker/--no-worker",
        "run_worker",
        default=Config.run_worker,
        envvar="HANDCART_WORKER",
        help="Whether background work (orders, webhooks, schedules) is done here too.",
    ),
    click.option(
        "--load",
        "load_files",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
        envvar="HANDCART_LOAD",
        metavar="FILE",
        help="Load this project file before serving; may be given several times.",
    ),
    click.option(
        "--connections",
        type=click.IntRange(2, 200),
        default=Config.connections,
        show_default=True,
        envvar="HANDCART_CONNECTIONS",
        help="Connections to the database, per process.",
    ),
    click.option(
        "--password-threads",
        type=click.IntRange(1, 64),
        default=Config.password_threads,
        show_default=True,
        envvar="HANDCART_PASSWORD_THREADS",
        help="Passwords hashed at once, per process.",
    ),
    click.option(
        "--listeners",
        type=click.IntRange(0, 100_000),
        default=Config.listeners,
        show_default=True,
        envvar="HANDCART_LISTENERS",
        metavar="N",
        help="Live streams at once, per process.",
    ),
    click.option(
        "--trust-proxy",
        "trusted_proxies",
        multiple=True,
        callback=proxies,
        envvar="HANDCART_TRUST_PROXY",
        metavar="ADDRESS",
        help="Believe the X-Forwarded-* headers of this address or network; may be given several times.",
    ),
)


def options(*groups: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """Give a command those groups of options, in their order."""

    def give(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return give


def configured(chosen: dict[str, Any]) -> Config:
    """The choices of a command line, and a log that obeys them."""
    from handcart.log import configure_log

    config = Config(**chosen)
    configure_log(level=config.log_level, json=config.json)
    return config
