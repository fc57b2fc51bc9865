"""What goes wrong in the first half hour: every message says what happened and what to do, and nothing is half done."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handcart.processes.embedded_postgres import EmbeddedPostgres, start_embedded
from handcart.processes.http_server import listen
from handcart.store.migration import migrations
from tests.processes.conftest import eventually, execute, is_alive, postmaster_of

EXAMPLES = Path(__file__).parents[2] / "examples"
REFERENCE = EXAMPLES / "reference.json"
NEEDS_DATABASE = (
    ["worker"],
    ["check"],
    ["load", str(REFERENCE)],
    ["project", "list"],
    ["project", "create", "harbour"],
    ["project", "drop", "harbour", "--yes"],
)
UNSAFE_AND_FAST = {"fsync": "off", "full_page_writes": "off"}


def handcart(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in an environment that has nothing but what is named."""
    return subprocess.run(
        [sys.executable, "-m", "handcart", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=variables,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str], exit_code: int = 1) -> str:
    """What a command said that failed as it should: one line, no traceback, nothing on standard output."""
    assert done.returncode == exit_code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    return last.removeprefix("Error: ")


class Server:
    """`handcart serve` in a session of its own, and what it answers."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "handcart", "serve", "--port", "0", "--json", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={},
            start_new_session=True,
        )
        line = self.process.stdout.readline()
        assert line, f"it ended with {self.process.wait(20)} before it was ready"
        said = json.loads(line)
        self.url: str = said["url"]
        self.offers: list[str] = said["offers"]

    def ask(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = json.dumps(body).encode() if body is not None else None
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, sent, named), timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def guest(self, project: str = "reference") -> str:
        """The authorisation of a new guest."""
        # storefront:storefront-secret
        basic = "Basic c3RvcmVmcm9udDpzdG9yZWZyb250LXNlY3JldA=="
        request = urllib.request.Request(
            f"{self.url}/oauth/{project}/anonymous/token", b"grant_type=client_credentials", {"Authorization": basic}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return f"Bearer {json.load(answer)['access_token']}"

    def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        self.process.communicate(timeout=20)
        return self.process.returncode


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(*arguments: str) -> Server:
        started.append(Server(*arguments))
        return started[-1]

    yield start
    for each in started:
        each.end()


@pytest.fixture
def postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that nobody has migrated."""
    with start_embedded(folder, settings=UNSAFE_AND_FAST) as running:
        yield running


def test_the_demo_says_what_to_try_and_what_it_says_works(folder: Path, serve: Callable[..., Server]) -> None:
    server = serve("--data", str(folder), "--load", str(EXAMPLES / "demo.json"))
    assert server.offers[-1] == f"The data lies in {folder}. Ctrl-C ends Handcart and keeps it."
    assert "{url}" not in "".join(server.offers)
    commands = [each for each in server.offers if re.match(r"  (SHOP=|TOKEN=|MIRA=|IDA=|curl |  -d|  \| sed)", each)]
    script = "\n".join(["set -eu", *(each.replace(" | python3 -m json.tool", "; echo") for each in commands)])
    done = subprocess.run(["sh"], input=script, capture_output=True, text=True, timeout=60, check=True)
    cart, same_cart, found, selected = map(json.loads, done.stdout.splitlines())
    assert len(cart["lineItems"]) == 9
    assert (same_cart["id"], same_cart["totalPrice"]["currencyCode"]) == (cart["id"], "EUR")
    assert found["total"] > 0
    assert selected["cart"]["customerEmail"] == "ida@example.com"


def test_a_file_without_a_welcome_is_served_without_one(folder: Path, serve: Callable[..., Server]) -> None:
    server = serve("--data", str(folder), "--load", str(REFERENCE))
    assert server.offers == [f"The data lies in {folder}. Ctrl-C ends Handcart and keeps it."]


@pytest.mark.parametrize("command", NEEDS_DATABASE, ids=" ".join)
def test_a_database_that_was_never_migrated_is_refused(command: list[str], postgres_url: str) -> None:
    said = refusal(handcart(*command, "--database-url", postgres_url))
    assert said == "Nothing of Handcart is in this database yet: run handcart migrate on it first."


def test_an_older_and_a_newer_schema_are_refused_by_every_command(postgres: EmbeddedPostgres) -> None:
    on = ("--database-url", postgres.url)
    assert handcart("migrate", *on).returncode == 0
    last = migrations()[-1].stem
    execute(postgres.url, f"DELETE FROM schema_migrations WHERE name = '{last}'")
    for command in NEEDS_DATABASE:
        assert refusal(handcart(*command, *on)) == (
            f"The database is older than this Handcart (it lacks {last}): run handcart migrate on it first."
        )
    execute(postgres.url, f"INSERT INTO schema_migrations (name) VALUES ('{last}'), ('9999_future')")
    for command in (*NEEDS_DATABASE, ["serve", "--port", "0"], ["migrate"]):
        assert refusal(handcart(*command, *on)) == (
            "The database has migrations that this Handcart does not know (9999_future): "
            "it was used by a newer version. Use that version, or another database."
        )


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (
            "postgresql://handcart@127.0.0.1:1/handcart",
            "The database does not answer (Connection refused): check --database-url, and that PostgreSQL runs there.",
        ),
        (
            "postgresql://handcart@nowhere.invalid/handcart",
            r"The database does not answer (.*nown.*): check --database-url, and that PostgreSQL runs there.",
        ),
        (
            "postgresql://handcart@localhost:port/handcart",
            "--database-url cannot be read (.*port.*): it has to look like postgresql://user:password@host:5432/database",
        ),
        (
            "postgresql://handcart@/handcart?host=/nowhere",
            "The database does not answer (No such file or directory): "
            "check --database-url, and that PostgreSQL runs there.",
        ),
    ],
    ids=["nobody listens", "no such host", "no port", "no socket"],
)
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["migrate"], ["project", "list"]], ids=" ".join)
def test_a_wrong_url_is_refused(command: list[str], url: str, says: str) -> None:
    expected = re.escape(says).replace(r"\.\*", ".*")
    assert re.fullmatch(expected, refusal(handcart(*command, "--database-url", url)))


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["migrate"], ["check"]], ids=" ".join)
def test_a_user_or_a_database_that_is_not_there_is_refused(command: list[str], postgres_url: str) -> None:
    advice = "check user, password and database in --database-url."
    stranger = postgres_url.replace("//handcart@", "//stranger@")
    assert refusal(handcart(*command, "--database-url", stranger)) == (
        f'PostgreSQL lets nobody in (role "stranger" does not exist): {advice}'
    )
    assert refusal(handcart(*command, "--database-url", postgres_url.replace("@/handcart", "@/nowhere"))) == (
        f'PostgreSQL lets nobody in (database "nowhere" does not exist): {advice}'
    )


def test_a_wrong_password_is_refused(postgres: EmbeddedPostgres, folder: Path) -> None:
    execute(postgres.url, "ALTER ROLE handcart PASSWORD 'right'")
    rules = folder / "postgres" / "pg_hba.conf"
    rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
    os.kill(postmaster_of(folder), signal.SIGHUP)
    wrong = ("project", "list", "--database-url", postgres.url.replace("handcart@", "handcart:wrong@"))
    said = 'PostgreSQL lets nobody in (password authentication failed for user "handcart"): '
    assert eventually(lambda: said in handcart(*wrong).stderr)
    assert refusal(handcart(*wrong)) == f"{said}check user, password and database in --database-url."
    right = postgres.url.replace("handcart@", "handcart:right@")
    assert handcart("migrate", "--database-url", right).returncode == 0


def test_a_database_that_belongs_to_somebody_else_is_refused(postgres: EmbeddedPostgres) -> None:
    execute(postgres.url.replace("//handcart@", "//postgres@"), "CREATE ROLE visitor LOGIN")
    visitor = ("--database-url", postgres.url.replace("//handcart@", "//visitor@"))
    assert refusal(handcart("migrate", *visitor)) == (
        "The user may not make tables in this database (permission denied for schema public): "
        "make it the owner of the database."
    )
    assert handcart("migrate", "--database-url", postgres.url).returncode == 0
    assert refusal(handcart("check", *visitor)) == (
        "PostgreSQL lets nobody in (permission denied for table schema_migrations): "
        "check user, password and database in --database-url."
    )


def test_a_proxy_that_is_no_address_is_refused(folder: Path) -> None:
    done = handcart("serve", "--data", str(folder), "--trust-proxy", "10.0.0.1/8")
    assert refusal(done, exit_code=2).endswith(
        "10.0.0.1/8 has host bits set; name an address, a network such as 10.0.0.0/8, or *"
    )
    assert not folder.exists()


def test_a_port_in_use_is_found_before_anything_is_started(folder: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = refusal(handcart("serve", "--data", str(folder), "--port", str(port)))
    assert said == (
        f"Port {port} on 127.0.0.1 is in use by another process: stop it, or choose another port with --port."
    )
    assert not folder.exists()


@pytest.fixture
def mounted() -> Iterator[Callable[[str], Path]]:
    """Folders on file systems of their own, with these options."""
    places: list[str] = []

    def mount(options: str) -> Path:
        place = tempfile.mkdtemp(prefix="hc")
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"mode=755,{options}", "tmpfs", place], check=False
        ).returncode:
            Path(place).rmdir()
            pytest.skip("this user may not mount a file system")
        places.append(place)
        return Path(place)

    yield mount
    for each in places:
        subprocess.run(["umount", each], check=True)
        Path(each).rmdir()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("size=1m", "The database could not be initialised: the disk is full. Free some space, then start again."),
        ("ro", "{folder} is on a read-only file system: choose another folder with --data."),
    ],
    ids=["full", "read-only"],
)
def test_a_folder_that_cannot_be_written_is_refused(options: str, says: str, mounted: Callable[[str], Path]) -> None:
    folder = mounted(options) / "d"
    assert refusal(handcart("migrate", "--data", str(folder))) == says.format(folder=folder)


def test_a_disk_that_fills_up_is_told_and_nothing_is_half_done(
    mounted: Callable[[str], Path], serve: Callable[..., Server]
) -> None:
    place = mounted("size=100m")
    on = ("--data", str(place / "d"))
    server = serve(*on, "--load", str(REFERENCE))
    filler = place / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as filling:
        while filling.write(b"." * 65536):
            pass
    said = refusal(handcart("load", str(EXAMPLES / "demo.json"), *on))
    assert re.fullmatch(r"The disk of the database is full \(could not .*\): free some space, then try again\.", said)
    filler.unlink()
    [listed] = json.loads(handcart("project", "list", "--json", *on).stdout)
    assert listed["key"] == "reference"
    assert handcart("load", str(EXAMPLES / "demo.json"), *on).returncode == 0
    assert server.end() == 0


def test_an_interrupt_ends_everything(folder: Path, serve: Callable[..., Server]) -> None:
    server = serve("--data", str(folder))
    postmaster = postmaster_of(folder)
    began = time.monotonic()
    assert server.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 15
    assert not is_alive(postmaster)


def test_a_server_that_was_killed_leaves_nothing_that_the_next_start_minds(
    folder: Path, serve: Callable[..., Server]
) -> None:
    on = ("--data", str(folder), "--load", str(REFERENCE))
    server = serve(*on)
    cart = server.ask("/reference/in-store/key=siteA/me/current-cart", {}, Authorization=(guest := server.guest()))[1]
    server.end(signal.SIGKILL)
    again = serve(*on)
    assert again.ask(f"/reference/me/carts/{cart['id']}", Authorization=guest)[0] == 200
    assert again.end() == 0


def test_requests_while_the_database_is_away_are_answered_503_and_work_again_when_it_is_back(
    folder: Path, serve: Callable[..., Server]
) -> None:
    with start_embedded(folder, settings=UNSAFE_AND_FAST) as postgres:
        assert handcart("migrate", "--database-url", postgres.url).returncode == 0
        assert handcart("load", str(REFERENCE), "--database-url", postgres.url).returncode == 0
        server = serve("--database-url", postgres.url)
        guest = server.guest()
        path = "/reference/in-store/key=siteA/me/current-cart"
        assert server.ask(path, {}, Authorization=guest)[0] == 201
    message = "The database does not answer; try again in a moment."
    away = {"statusCode": 503, "message": message, "errors": [{"code": "OverCapacity", "message": message}]}
    for _ in range(15):  # more often than there are connections
        assert server.ask(path, {}, Authorization=guest) == (503, away)
    assert server.ask(path, Authorization=guest) == (503, away)
    assert server.ask("/health/ready")[0] == 503
    assert server.ask("/health/live")[0] == 200
    with start_embedded(folder, settings=UNSAFE_AND_FAST):
        assert eventually(lambda: server.ask("/health/ready")[0] == 200)
        assert server.ask(path, {}, Authorization=guest)[0] == 200
        assert server.end() == 0


def test_a_trusted_proxy_names_the_host_that_selects_the_site(folder: Path, serve: Callable[..., Server]) -> None:
    def sites_of(server: Server) -> list[str | None]:
        guest = server.guest()
        answers = [
            server.ask("/reference/me/current-cart", {}, Authorization=guest, **headers)[1]
            for headers in (
                {"Host": "www.mycompanytwo.com"},
                {"X_Forwarded_Host": "www.mycompanytwo.com"},
                {"X_Forwarded_Host": "d.example.com, www.mycompanytwo.com:443", "Host": "inside"},
            )
        ]
        return [each.get("store", {}).get("key") for each in answers]

    on = ("--data", str(folder), "--load", str(REFERENCE))
    trusting = serve(*on, "--trust-proxy", "127.0.0.0/8")
    assert sites_of(trusting) == ["siteC", "siteC", "siteC"]
    trusting.end()
    doubting = serve(*on, "--trust-proxy", "10.0.0.0/8")
    assert sites_of(doubting)[0] == "siteC"
    assert "siteC" not in sites_of(doubting)[1:]
