"""A listener of tests: one live stream over real HTTP, read event by event."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.client import Api

SECONDS_MAX = 8.0
"""A stream that says nothing for so long has failed."""


@dataclass(frozen=True)
class Told:
    """One event of a stream."""

    name: str
    data: dict[str, Any]
    id: str | None
    retry: int | None


class Stream:
    """An open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()
        self.last_event_id: str | None = None
        self.comments = 0

    def read(self) -> Told | None:
        """The next event of any kind, a hint to come again included; None where the stream is over."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                self.last_event_id = fields.get("id", self.last_event_id)
                retry = int(fields["retry"]) if "retry" in fields else None
                return Told(fields.get("event", ""), json.loads(fields.get("data", "{}")), fields.get("id"), retry)
        return None

    def next(self, *names: str) -> Told:
        """The next event with one of these names; without any, whatever is not about presence."""
        while (told := self.read()) is not None:
            if told.name in names if names else told.name not in ("", "presence"):
                return told
        raise AssertionError(f"the stream was over before there was {names or 'anything'}")

    def hands_until(self, *expected: tuple[str, str]) -> list[dict[str, Any]]:
        """The hands, once they are these: kind and name of each."""
        while True:
            hands = self.next("presence").data["hands"]
            if [(each["kind"], each["name"]) for each in hands] == list(expected):
                return hands

    def is_over(self) -> bool:
        """Whether nothing comes after what was read."""
        return self.read() is None


@contextlib.contextmanager
def listening(api: Api, path: str, *, token_in: str = "header", **options: Any) -> Iterator[Stream]:
    """Listen at a path until the block ends; ``since`` is sent as Last-Event-ID."""
    headers = {**api.headers, **options.pop("headers", {})}
    params = dict(options.pop("params", {}))
    if token_in == "query":
        params["access_token"] = api.token
    elif api.token is not None:
        headers["Authorization"] = f"Bearer {api.token}"
    if (since := options.pop("since", None)) is not None:
        headers["Last-Event-ID"] = str(since)
    timeout = httpx.Timeout(SECONDS_MAX)
    with api.http.stream("GET", api.prefix + path, headers=headers, params=params, timeout=timeout) as response:
        if response.status_code != 200:
            response.read()
            raise AssertionError(f"{response.status_code} {response.text}")
        yield Stream(response)


def stops_with(stream: Stream, reason: str, **extra: Any) -> None:
    """The stream has to say next why it ends, and then to end."""
    told = stream.next()
    assert (told.name, told.data) == ("end", {"reason": reason, **extra})
    assert stream.is_over()
