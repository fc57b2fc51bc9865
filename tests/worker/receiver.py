"""A receiver of webhooks on this machine: it answers as it is told and keeps what it was sent."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Message:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The identity that all attempts of a delivery share."""
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """The JSON, if it was signed with this secret. Raises WebhookVerificationError."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """``answers`` are the next statuses, 200 when there are none left; requests wait while ``may_answer`` is clear."""

    url: str = ""
    messages: list[Message] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    body: bytes = b"taken"
    location: str = ""
    may_answer: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port of the loopback address."""
    receiver = Receiver()
    receiver.may_answer.set()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.messages.append(Message(self.path, headers, body))
            status = receiver.answers.pop(0) if receiver.answers else 200
            receiver.may_answer.wait(30)
            # Whoever asked may be gone by now: a killed worker, or one that waited long enough.
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(receiver.body)))
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()
                self.wfile.write(receiver.body)

        def log_request(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
