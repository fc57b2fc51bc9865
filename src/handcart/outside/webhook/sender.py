"""Sending one signed message to one address, as Standard Webhooks has it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from handcart.domain.webhook import SHOWN_RESPONSE_MAX, Outcome

if TYPE_CHECKING:
    import httpx

SEND_SECONDS_MAX = 10.0
"""For everything from the name's resolution to the end of the answer."""


class WebhookSender(Protocol):
    """Whatever brings a message to a receiver."""

    async def send(
        self, url: str, *, message_id: str, message: bytes, secrets: Sequence[str], now: datetime
    ) -> Outcome:
        """What came of it; it never raises for what the receiver did or failed to do."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


def signed_headers(message: bytes, *, message_id: str, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks; one signature for each secret, so that a rotation has no gap."""
    from standardwebhooks import Webhook

    text = message.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(each).sign(message_id, now, text) for each in secrets),
    }


class HttpWebhookSender:
    """Posts over HTTP. Redirects are answers like others: the address is the administrator's choice alone."""

    def __init__(self, seconds_max: float = SEND_SECONDS_MAX) -> None:
        self._seconds_max = seconds_max
        self._client: httpx.AsyncClient | None = None

    async def send(
        self, url: str, *, message_id: str, message: bytes, secrets: Sequence[str], now: datetime
    ) -> Outcome:
        """Post the message; of the answer at most ``SHOWN_RESPONSE_MAX`` characters are kept."""
        import httpx  # the worker of a project without webhooks never needs it

        headers = signed_headers(message, message_id=message_id, secrets=secrets, now=now)
        headers |= {"content-type": "application/json", "user-agent": "Handcart"}
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=None)  # noqa: S113 - the whole has a limit
        try:
            async with (
                asyncio.timeout(self._seconds_max),
                self._client.stream("POST", url, content=message, headers=headers) as response,
            ):
                return Outcome(status=response.status_code, response=await _beginning_of(response))
        except TimeoutError:
            return Outcome(error=f"No answer within {self._seconds_max:g} seconds.")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Outcome(error=f"{type(error).__name__}: {error}"[:SHOWN_RESPONSE_MAX])

    async def close(self) -> None:
        """Close what is open."""
        if self._client is not None:
            await self._client.aclose()


async def _beginning_of(response: "httpx.Response") -> str:
    """So much of the answer as is shown; the rest is not read, for it may have no end."""
    read = b""
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) >= SHOWN_RESPONSE_MAX:
            break
    # What a database cannot hold as text, and half a character at the end, are shown as such.
    return read[:SHOWN_RESPONSE_MAX].decode("utf-8", errors="replace").replace("\0", "\ufffd")
