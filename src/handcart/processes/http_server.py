"""The HTTP server of one process, on a socket that it is given."""

import contextlib
import errno
import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from handcart.config import Config
from handcart.processes.forwarded import ForwardedHeaders
from handcart.processes.refusals import CannotRun

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 75  # longer than a load balancer keeps a connection, so that it never writes into a closing one
GRACE_SECONDS = 4  # for open requests and streams, after which they are cut
GARBAGE_THRESHOLD = (10_000, 20, 50)
"""How often cycles are looked for, of which requests leave hardly any: every 10,000 new objects instead of every 700
made a request 5 % cheaper."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Made before anything else, so that a port in use is found before anything is started.

    Whoever connects before the server runs waits in the backlog. Raises CannotRun.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise CannotRun(
            f"{host} is no address of this machine ({error.strerror}): choose another with --host."
        ) from None
    family, _, _, _, address = found[0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotRun(_refusal(error, host=host, port=port)) from None
    return listening


def _refusal(error: OSError, *, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} on {host} is in use by another process: stop it, or choose another port with --port."
        case errno.EACCES:
            return f"Port {port} may only be used by root: choose one above 1023 with --port."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: choose another with --host."
        case _:
            return f"{host}:{port} cannot be listened on ({error.strerror}): choose others with --host and --port."


def address_of(listening: socket.socket) -> str:
    """What to type into a browser on this machine."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - it is compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class HttpServer(uvicorn.Server):
    """uvicorn that leaves signals to us and says when it serves."""

    def __init__(self, app: Any, config: Config, on_ready: Callable[[], None]) -> None:
        proxies = list(config.trusted_proxies)
        super().__init__(
            uvicorn.Config(
                ForwardedHeaders(app, proxies) if proxies else app,
                loop="none",
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                backlog=BACKLOG,
                proxy_headers=False,  # done by ForwardedHeaders, which has to see the peer before it is replaced
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._on_ready = on_ready
        self._app = app

    async def run_on(self, listening: socket.socket) -> None:
        """Serve until `ask_to_end`. Raises CannotRun if the application does not start."""
        try:
            await self.serve(sockets=[listening])
        except SystemExit:  # uvicorn's way to say that the application's lifespan failed; it has logged why
            raise CannotRun("The server did not start: the log above says why.") from None

    def ask_to_end(self) -> None:
        """Take no more requests and finish those that are open."""
        self.should_exit = True

    def hasten(self) -> None:
        """Finish nothing."""
        self.should_exit = self.force_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()  # what was imported lives as long as the process
        gc.set_threshold(*GARBAGE_THRESHOLD)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Answers without an end would be waited for until the grace is over.
        if hasattr(self._app, "end_streams"):
            self._app.end_streams()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
