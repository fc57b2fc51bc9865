"""Asking an identity provider over HTTP, and reading no more of its answers than can be meant."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec

from handcart.domain.errors import IdentityProviderFailed

if TYPE_CHECKING:
    import httpx

ANSWER_BYTES_MAX = 256 * 1024
"""Key sets with certificates in them have some ten thousand."""

Shape = TypeVar("Shape")


class Asking:
    """HTTP to identity providers. It follows no redirects: an address is configured, or said over https."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def get(self, address: str, *, bearer: str | None = None) -> bytes:
        """What there is at an address. Raises IdentityProviderFailed for anything but 200."""
        headers = {"authorization": f"Bearer {bearer}"} if bearer is not None else {}
        status, body = await self._send("GET", address, headers=headers)
        if status != 200:
            raise IdentityProviderFailed(why=f"it answers with HTTP status {status}")
        return body

    async def post(self, address: str, form: Mapping[str, str], *, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """What comes of sending a form: the status and the answer. Raises IdentityProviderFailed."""
        return await self._send("POST", address, headers=headers, form=form)

    async def close(self) -> None:
        """Let connections go."""
        if self._client is not None:
            await self._client.aclose()

    async def _send(
        self, method: str, address: str, *, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        import httpx  # a project without an identity provider never needs it

        if self._client is None:
            # The whole sign-in has a limit, where it begins.
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=None)  # noqa: S113 - as said above
        headers = {"accept": "application/json", "user-agent": "Handcart", **headers}
        read = b""
        try:
            async with self._client.stream(method, address, data=form, headers=headers) as response:
                async for chunk in response.aiter_bytes():
                    read += chunk
                    if len(read) > ANSWER_BYTES_MAX:
                        raise IdentityProviderFailed(why="its answer is too long")
                return response.status_code, read
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise IdentityProviderFailed(why="it does not answer") from error


def understood(body: bytes, shape: type[Shape]) -> Shape:
    """A provider's JSON. Raises IdentityProviderFailed for anything else."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise IdentityProviderFailed(why="its answer is not understood") from error
