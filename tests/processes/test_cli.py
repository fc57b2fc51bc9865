"""The command line as an operator meets it: real commands, their output and their exit codes."""

import contextlib
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from handcart.cli import main
from handcart.config import Config
from handcart.processes.embedded_postgres import start_embedded
from handcart.processes.http_server import listen
from tests.processes.conftest import eventually, is_alive, postmaster_of, value

REFERENCE = Path(__file__).parents[2] / "examples" / "reference.json"


def handcart(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handcart", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **variables},
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str], exit_code: int = 1) -> str:
    """The last line of a command that failed as it should: an error, no traceback, nothing on standard output."""
    assert done.returncode == exit_code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    return last.removeprefix("Error: ")


class Server:
    """`handcart serve` in a session of its own."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "handcart", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.first_line = self.process.stdout.readline().rstrip("\n")

    @property
    def url(self) -> str:
        return re.search(r"http://[0-9.]+:[0-9]+", self.first_line).group()

    def status_of(self, path: str) -> int:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.status

    def end(self) -> int:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.communicate(timeout=15)
        return self.process.returncode


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(*arguments: str) -> Server:
        started.append(Server(*arguments))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.end()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_says_where_it_is_ready_and_ends_everything_when_asked(
    folder: Path, serve: Callable[..., Server], workers: str
) -> None:
    server = serve("--data", str(folder), "--workers", workers)
    assert re.fullmatch(r"Handcart ready at http://127\.0\.0\.1:\d+", server.first_line)
    assert server.status_of("/health/ready") == 200
    assert server.status_of("/health/live") == 200
    postmaster = postmaster_of(folder)
    assert server.end() == 0
    assert not is_alive(postmaster)
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)


def test_serve_speaks_one_line_of_json_to_machines(folder: Path, serve: Callable[..., Server]) -> None:
    server = serve("--data", str(folder), "--json")
    said = json.loads(server.first_line)
    assert said == {"ready": True, "url": server.url, "offers": said["offers"]}
    assert server.end() == 0


def test_commands_use_the_database_of_a_running_server(folder: Path, serve: Callable[..., Server]) -> None:
    server = serve("--data", str(folder))
    postmaster = postmaster_of(folder)
    assert handcart("migrate", "--data", str(folder)).stdout == "The schema is up to date.\n"
    assert postmaster_of(folder) == postmaster
    assert server.status_of("/health/ready") == 200


def test_commands_start_the_database_for_as_long_as_they_last(folder: Path) -> None:
    first = handcart("migrate", "--data", str(folder), "--json")
    assert {"applied": "0001_foundation"} in json.loads(first.stdout)
    second = handcart("migrate", HANDCART_DATA=str(folder), HANDCART_JSON="1")
    assert json.loads(second.stdout) == []
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_files_are_loaded_before_the_server_is_ready(folder: Path, serve: Callable[..., Server]) -> None:
    for _ in range(2):  # the second finds everything there
        server = serve("--data", str(folder), "--load", str(REFERENCE))
        assert server.status_of("/health/ready") == 200
        [listed] = json.loads(handcart("project", "list", "--json", "--data", str(folder)).stdout)
        assert listed["key"] == "reference"
        assert server.end() == 0


def test_projects_are_made_listed_and_dropped(folder: Path, serve: Callable[..., Server]) -> None:
    on = ("--data", str(folder))
    serve(*on)
    assert handcart("project", "list", *on).stdout == "There is no project yet.\n"
    assert handcart("project", "create", "harbour", "--name", "The shop", *on).stdout == "Created project harbour.\n"
    assert refusal(handcart("project", "create", "harbour", *on))
    assert refusal(handcart("project", "create", "health", *on)) == "The value health is not valid for field key."
    [listed] = json.loads(handcart("project", "list", "--json", *on).stdout)
    assert (listed["key"], listed["name"]) == ("harbour", "The shop")
    assert handcart("check", "harbour", *on).stdout == "Everything is in order.\n"
    assert handcart("project", "drop", "harbour", *on).returncode == 1  # nobody is there to confirm it
    assert json.loads(handcart("project", "drop", "harbour", "--yes", "--json", *on).stdout) == {"dropped": "harbour"}
    assert handcart("project", "list", "--json", *on).stdout == "[]\n"


def test_a_worker_of_its_own_works_until_asked_to_end(folder: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "handcart", "worker", "--data", str(folder)], stderr=subprocess.PIPE, text=True
    )
    assert eventually((folder / "run" / ".s.PGSQL.5432").exists)
    postmaster = postmaster_of(folder)
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=15)
    assert "Traceback" not in said
    assert not is_alive(postmaster)


PREPARING = """
import asyncio, os, pathlib, signal
from handcart.config import Config
from handcart.processes import supervisor

async def prepare(url):
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(60)

async def run_worker(url, end):
    print("worked")

config = Config(data_folder=pathlib.Path("/nowhere"), database_url="postgresql://nowhere")
try:
    supervisor.work(config, prepare=prepare, run_worker=run_worker)
except KeyboardInterrupt:
    print("ended")
"""


def test_a_signal_while_all_is_prepared_ends_it_without_breaking_the_loop() -> None:
    ended = subprocess.run([sys.executable, "-c", PREPARING], check=False, capture_output=True, text=True, timeout=30)
    assert (ended.stdout, ended.stderr) == ("ended\n", "")


def test_a_second_server_on_the_folder_is_refused(folder: Path, serve: Callable[..., Server]) -> None:
    server = serve("--data", str(folder))
    assert refusal(handcart("serve", "--data", str(folder), "--port", "0")) == (
        f"{folder} is in use by another Handcart (process {server.process.pid}): "
        "stop it, or choose another folder with --data."
    )
    assert server.status_of("/health/ready") == 200


def test_a_port_in_use_is_refused(folder: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = refusal(handcart("serve", "--data", str(folder), "--port", str(port)))
    assert said.startswith(f"Port {port} on 127.0.0.1 is in use by another process: stop it,")


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "check"])
def test_a_database_that_does_not_answer_is_refused(command: str) -> None:
    port = ("--port", "0") if command == "serve" else ()
    said = refusal(handcart(command, *port, "--database-url", "postgresql://handcart@127.0.0.1:1/handcart"))
    assert said.startswith("The database does not answer (")
    assert said.endswith("): check --database-url, and that PostgreSQL runs there.")


def test_a_database_that_does_not_exist_is_refused(postgres_url: str) -> None:
    said = refusal(handcart("migrate", "--database-url", postgres_url.replace("@/handcart", "@/nowhere")))
    assert said == (
        'PostgreSQL lets nobody in (database "nowhere" does not exist): '
        "check user, password and database in --database-url."
    )


def test_a_database_of_a_newer_handcart_is_refused(folder: Path) -> None:
    handcart("migrate", "--data", str(folder))
    with start_embedded(folder) as postgres:
        value(postgres.url, "INSERT INTO schema_migrations (name) VALUES ('9999_future') RETURNING name")
        for command in (["serve", "--port", "0"], ["migrate"]):
            said = refusal(handcart(*command, "--database-url", postgres.url))
            assert said.startswith("The database has migrations that this Handcart does not know (9999_future): ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--database-url", "mysql://x"], "it has to look like postgresql://user:password@host:5432/database"),
        (["--port", "70000"], "70000 is not in the range 0<=x<=65535."),
        (["--workers", "0"], "0 is not in the range 1<=x<=64."),
        (["--load", "missing.json"], "File 'missing.json' does not exist."),
    ],
)
def test_wrong_usage_starts_nothing(folder: Path, arguments: list[str], complaint: str) -> None:
    done = handcart("serve", "--data", str(folder), *arguments)
    assert refusal(done, exit_code=2).endswith(complaint)
    assert not folder.exists()


def test_a_wrong_project_file_is_refused_with_the_place(folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{\n  "project": {"key": 7}\n}')
    for command in (["serve", "--port", "0", "--load"], ["load"]):
        assert refusal(handcart(*command, str(wrong), "--data", str(folder))).startswith(f"{wrong}: line 2, $.project")


def test_a_folder_that_is_none_is_refused(folder: Path) -> None:
    folder.write_text("")
    said = refusal(handcart("migrate", "--data", str(folder)))
    assert said == f"{folder} is not a folder: choose another one with --data."


def test_every_choice_is_a_flag_and_a_variable() -> None:
    parameters = {each.name: each for each in main.commands["serve"].params}
    assert set(parameters) == {each.name for each in dataclasses.fields(Config)}
    variables = [each.envvar for each in parameters.values()]
    assert len(set(variables)) == len(parameters)
    assert all(re.fullmatch(r"HANDCART_[A-Z_]+", variable) for variable in variables)
    assert all(isinstance(each, click.Option) for each in parameters.values())


def test_a_flag_wins_over_its_variable(folder: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        done = handcart("serve", "--data", str(folder), "--port", port, HANDCART_PORT="1")
    assert refusal(done).startswith(f"Port {port} on")


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["project", "--help"], ["--version"]])
def test_help_imports_nothing_that_takes_time(arguments: list[str]) -> None:
    slow = ("asyncpg", "uvicorn", "starlette", "structlog", "rich")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "handcart", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {row.rpartition("|")[2].strip() for row in done.stderr.splitlines() if row.startswith("import time:")}
    assert imported & set(slow) == set()
