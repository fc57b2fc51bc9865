"""The command line. Each command hands over to one function; imports wait for the command, so that help is instant."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from handcart.cli.options import REACHING, SERVING, URL_EXAMPLE, configured, options
from handcart.config import Config

if TYPE_CHECKING:
    from handcart.processes.supervisor import Program

Answer = TypeVar("Answer")


class Commands(click.Group):
    """Commands whose failures are one line: what happened and what to do, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(130)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise click.ClickException(refusal) from None


def refusal_of(error: Exception) -> str | None:
    """What to tell an operator about a failure that is not Handcart's own fault."""
    from handcart.domain.errors import Refusal
    from handcart.processes.refusals import CannotRun
    from handcart.store import unavailable
    from handcart.store.migration import SchemaRefusal

    match error:
        case CannotRun() | Refusal() | SchemaRefusal():
            return str(error)
        case unavailable.DatabaseRefuses():
            return f"PostgreSQL lets nobody in ({error}): check user, password and database in --database-url."
        case unavailable.DatabaseUrlUnreadable():
            return f"--database-url cannot be read ({error}): it has to look like {URL_EXAMPLE}"
        case unavailable.DatabaseDiskFull():
            return f"The disk of the database is full ({error}): free some space, then try again."
        case unavailable.DatabaseUnavailable():
            return f"The database does not answer ({error}): check --database-url, and that PostgreSQL runs there."
        case _:
            return None


def on_database(config: Config, ask: Callable[[str], Coroutine[Any, Any, Answer]]) -> Answer:
    """Ask the database for something; the embedded one is brought up to date first, somebody's own is not touched."""
    from handcart import wiring
    from handcart.processes.supervisor import database_of

    async def run(url: str) -> Answer:
        if config.database_url is None:
            await wiring.migrate(url)
        return await ask(url)

    with database_of(config) as url:
        return asyncio.run(run(url))


def show(rows: Sequence[dict[str, Any]], config: Config, *, nothing: str) -> None:
    """Rows as a table, or as one JSON document."""
    if config.json:
        click.echo(json.dumps(rows, default=str, ensure_ascii=False))
        return
    if not rows:
        click.echo(nothing)
        return
    columns = list(rows[0])
    table = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="handcart")
def main() -> None:
    """A cart and order engine for assisted commerce.

    Every option can be set as a variable too: --database-url is HANDCART_DATABASE_URL.
    """


@main.command()
@options(SERVING, REACHING)
def serve(**chosen: Any) -> None:
    """Start the server, with a database of its own unless one is named."""
    from handcart.processes import supervisor

    config = configured(chosen)
    supervisor.serve(config, program_of(config))


@main.command()
@options(REACHING)
def worker(**chosen: Any) -> None:
    """Do only the background work, for servers that run with --no-worker."""
    from handcart import wiring
    from handcart.processes import supervisor

    config = configured(chosen)

    async def prepare(url: str) -> None:
        if config.database_url is None:
            await wiring.migrate(url)
        async with wiring.opened(url):
            pass  # a wrong URL is told once, here; what happens later is waited out

    supervisor.work(config, prepare=prepare, run_worker=wiring.run_worker)


@main.command()
@options(REACHING)
def migrate(**chosen: Any) -> None:
    """Bring the database to the schema of this version."""
    from handcart import wiring
    from handcart.processes.supervisor import database_of

    config = configured(chosen)
    with database_of(config) as url:
        applied = asyncio.run(wiring.migrate(url))
    show([{"applied": name} for name in applied], config, nothing="The schema is up to date.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@options(REACHING)
def load(file: Path, **chosen: Any) -> None:
    """Load a project file: what it names is made or brought to what it says."""
    config = configured(chosen)
    loaded = on_database(config, lambda url: load_file(url, file, config))
    rows = [{"section": section, "loaded": number} for section, number in loaded.items()]
    show(rows, config, nothing="The file names nothing.")


@main.command()
@click.argument("key", required=False)
@options(REACHING)
def check(key: str | None, **chosen: Any) -> None:
    """Look for documents that break a rule, in the project KEY or in all; exit code 1 if there are any."""
    from handcart import wiring

    config = configured(chosen)
    offenders = on_database(config, lambda url: wiring.check(url, key))
    show(offenders, config, nothing="Everything is in order.")
    if offenders:
        raise SystemExit(1)


@main.group()
def project() -> None:
    """Make, list and drop projects."""


@project.command("create")
@click.argument("key")
@click.option("--name", help="What people call it.  [default: the key]")
@options(REACHING)
def create_project(key: str, name: str | None, **chosen: Any) -> None:
    """Make an empty project."""
    from handcart import wiring

    config = configured(chosen)
    on_database(config, lambda url: wiring.create_project(url, key, name or key))
    click.echo(json.dumps({"created": key}) if config.json else f"Created project {key}.")


@project.command("list")
@options(REACHING)
def list_projects(**chosen: Any) -> None:
    """List the projects."""
    from handcart import wiring

    config = configured(chosen)
    show(on_database(config, wiring.list_projects), config, nothing="There is no project yet.")


@project.command("drop")
@click.argument("key")
@click.confirmation_option(prompt="The project and all its carts and orders will be gone. Drop it?")
@options(REACHING)
def drop_project(key: str, **chosen: Any) -> None:
    """Drop a project with everything in it."""
    from handcart import wiring

    config = configured(chosen)
    on_database(config, lambda url: wiring.drop_project(url, key))
    click.echo(json.dumps({"dropped": key}) if config.json else f"Dropped project {key}.")


def program_of(config: Config) -> "Program":
    """What `serve` runs, put together."""
    from handcart import wiring
    from handcart.log import logger
    from handcart.processes.supervisor import Program

    async def prepare(url: str) -> None:
        for name in await wiring.migrate(url):
            logger(__name__).info("migrated", migration=name)
        for file in config.load_files:
            await load_file(url, file, config)

    return Program(
        prepare=prepare,
        build_app=lambda url: wiring.build_app(config, url),
        run_worker=wiring.run_worker,
        announce=lambda address: announce(address, wiring.describe(config, address), config),
    )


async def load_file(url: str, file: Path, config: Config) -> dict[str, int]:
    """Load one project file, showing how far it is."""
    from handcart import wiring
    from handcart.cli.progress import progress_of
    from handcart.domain.project_file import ProjectFileError

    try:
        with progress_of(f"loading {file.name}", json=config.json) as report:
            return await wiring.load_project_file(url, file, report)
    except ProjectFileError as error:
        raise click.ClickException(f"{file}: {error}") from None


def announce(address: str, offers: Sequence[str], config: Config) -> None:
    """Say on standard output that the server is ready, and what there is to try."""
    if config.json:
        click.echo(json.dumps({"ready": True, "url": address, "offers": offers}, ensure_ascii=False))
        return
    click.echo(f"Handcart ready at {address}")
    if offers:
        click.echo()
    for offer in offers:
        click.echo(f"  {offer}".rstrip())
