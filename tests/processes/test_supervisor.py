"""The supervisor with a tiny application: order of the start, and everything that can end a server."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handcart.processes.embedded_postgres import start_embedded
from handcart.processes.http_server import address_of, listen
from handcart.processes.refusals import CannotRun
from tests.processes.conftest import PATIENCE_SECONDS, eventually, is_alive, postmaster_of

TINY_SERVER = Path(__file__).with_name("tiny_server.py")


class Tiny:
    """A tiny server in a session of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(TINY_SERVER), str(folder), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.stderr = ""
        self.postmaster = 0

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def wait_until_ready(self) -> "Tiny":
        assert self.line() == "preparing"
        self.postmaster = postmaster_of(self.folder)
        ready, self.url = self.line().split()
        assert ready == "ready"
        return self

    def get(self, path: str = "/", timeout: float = PATIENCE_SECONDS) -> int:
        """The number of the process that answers."""
        with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
            return int(answer.read())

    def signal_group(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def exit_code(self) -> int:
        """Waits, at most the 15 seconds that are promised."""
        _, self.stderr = self.process.communicate(timeout=15)
        return self.process.returncode

    def processes_left(self) -> list[int]:
        """Those of the server's group, and PostgreSQL's."""
        group = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                state, _, pgid = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(pgid) == self.process.pid and state != "Z":
                    group.append(int(entry.name))
        return group + ([self.postmaster] if self.postmaster and is_alive(self.postmaster) else [])


@pytest.fixture
def tiny(folder: Path) -> Iterator[Callable[..., Tiny]]:
    started: list[Tiny] = []

    def start(*arguments: str) -> Tiny:
        started.append(Tiny(folder, *arguments))
        return started[-1]

    yield start
    for each in started:
        for pid in each.processes_left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        each.process.communicate(timeout=10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_signal_to_the_group_ends_everything(
    tiny: Callable[..., Tiny], processes: str, number: signal.Signals
) -> None:
    server = tiny(processes).wait_until_ready()
    assert server.get() > 0
    assert eventually((server.folder / "worker").exists)
    server.signal_group(number)
    assert server.exit_code() == 0
    assert server.processes_left() == []
    assert (server.folder / "worker").read_text() == "ended"
    assert server.stderr == ""


def test_one_process_serves_and_works(tiny: Callable[..., Tiny]) -> None:
    server = tiny("1").wait_until_ready()
    assert server.get() == server.process.pid
    assert eventually((server.folder / "worker").exists)
    assert server.processes_left() == [server.process.pid, server.postmaster]


def test_several_processes_share_the_port_and_the_worker_has_its_own(tiny: Callable[..., Tiny]) -> None:
    server = tiny("2").wait_until_ready()
    answering: set[int] = set()
    assert eventually(lambda: len(answering.add(server.get()) or answering) == 2)
    assert eventually((server.folder / "worker").exists)
    working = int((server.folder / "worker").read_text().split()[0])
    assert {*answering, working, server.process.pid, server.postmaster} == set(server.processes_left())
    assert len(server.processes_left()) == 5


def test_nobody_is_answered_before_the_preparation_is_done(tiny: Callable[..., Tiny], folder: Path) -> None:
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    server = tiny("1", "2.0", f"port={port}")
    assert server.line() == "preparing"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as early:
        early.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        early.settimeout(0.2)
        with pytest.raises(TimeoutError):
            early.recv(1)
        assert server.line().startswith("ready ")
        early.settimeout(PATIENCE_SECONDS)
        assert early.recv(15) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_open_request_is_finished(tiny: Callable[..., Tiny], processes: str) -> None:
    server = tiny(processes).wait_until_ready()
    answers: list[int] = []
    request = threading.Thread(target=lambda: answers.append(server.get("/slow")))
    request.start()
    time.sleep(0.5)
    server.signal_group(signal.SIGTERM)
    request.join(PATIENCE_SECONDS)
    assert len(answers) == 1
    assert server.exit_code() == 0


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_endless_request_is_cut(tiny: Callable[..., Tiny], processes: str) -> None:
    server = tiny(processes).wait_until_ready()
    with endless_request(server):
        server.signal_group(signal.SIGINT)
        assert server.exit_code() == 0
    assert "timeout graceful shutdown exceeded" in server.stderr
    assert server.processes_left() == []


@pytest.mark.parametrize("processes", ["1", "2"])
def test_asking_again_hastens_the_end(tiny: Callable[..., Tiny], processes: str) -> None:
    server = tiny(processes).wait_until_ready()
    with endless_request(server):
        server.signal_group(signal.SIGINT)
        time.sleep(1.0)
        server.signal_group(signal.SIGINT)
        assert server.exit_code() == 0
    assert "timeout graceful shutdown exceeded" not in server.stderr
    assert server.processes_left() == []


def test_an_echo_of_the_signal_hastens_nothing(tiny: Callable[..., Tiny]) -> None:
    server = tiny("1").wait_until_ready()
    answers: list[int] = []
    request = threading.Thread(target=lambda: answers.append(server.get("/slow")))
    request.start()
    time.sleep(0.5)
    server.signal_group(signal.SIGINT)
    server.process.send_signal(signal.SIGTERM)
    request.join(PATIENCE_SECONDS)
    assert len(answers) == 1
    assert server.exit_code() == 0


def test_a_process_that_dies_is_started_again(tiny: Callable[..., Tiny]) -> None:
    server = tiny("2").wait_until_ready()
    before = set(server.processes_left())
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        server.get("/die")
    assert eventually(lambda: len(server.processes_left()) == 5 and set(server.processes_left()) != before)
    answering: set[int] = set()
    assert eventually(lambda: len(answering.add(server.get()) or answering) == 2)
    server.signal_group(signal.SIGTERM)
    assert server.exit_code() == 0
    assert '"a process had died and is started again"' in server.stderr


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_kill_leaves_nothing_running_and_the_folder_usable(tiny: Callable[..., Tiny], processes: str) -> None:
    server = tiny(processes).wait_until_ready()
    server.process.kill()
    server.process.wait(10)
    assert eventually(lambda: server.processes_left() == [])
    start_embedded(server.folder).stop()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_application_that_does_not_start_is_a_refusal(tiny: Callable[..., Tiny], processes: str) -> None:
    server = tiny(processes, "0", "refuse")
    assert server.line() == "preparing"
    assert server.line().startswith("refused The server")
    assert server.exit_code() == 1
    assert server.processes_left() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_can_be_interrupted(tiny: Callable[..., Tiny], number: signal.Signals) -> None:
    server = tiny("1", "600")
    assert server.line() == "preparing"
    server.postmaster = postmaster_of(server.folder)
    server.signal_group(number)
    assert server.exit_code() == 130
    assert server.processes_left() == []


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_server_ends_with_its_database(tiny: Callable[..., Tiny], processes: str) -> None:
    server = tiny(processes).wait_until_ready()
    os.kill(server.postmaster, signal.SIGKILL)
    assert server.line() == (
        f"refused PostgreSQL ended by itself: its log is in {server.folder}. Start Handcart again."
    )
    assert server.exit_code() == 1
    assert server.processes_left() == []


def test_a_port_in_use_is_refused_before_anything_is_started(tiny: Callable[..., Tiny]) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        server = tiny("1", "0", f"port={port}")
        assert server.line() == (
            f"refused Port {port} on 127.0.0.1 is in use by another process: "
            "stop it, or choose another port with --port."
        )
        assert server.exit_code() == 1
        assert not server.folder.exists()


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("192.0.2.1", "192.0.2.1 is no address of this machine: choose another with --host."),
        ("no.such.host.invalid", "no.such.host.invalid is no address of this machine"),
    ],
)
def test_a_foreign_address_is_refused(host: str, message: str) -> None:
    with pytest.raises(CannotRun, match=re.escape(message)):
        listen(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_the_address_can_be_typed_into_a_browser(host: str) -> None:
    with listen(host, 0) as listening:
        port = listening.getsockname()[1]
        assert address_of(listening) in {f"http://127.0.0.1:{port}", f"http://[::1]:{port}"}


@contextlib.contextmanager
def endless_request(server: Tiny) -> Iterator[None]:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        yield
