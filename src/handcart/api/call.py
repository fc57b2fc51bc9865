"""One request under way: who calls, on which project and site, with what in hand."""

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from handcart.actions.answering import Answer, Idempotency, replay_or_write
from handcart.api.decoding import decoded
from handcart.api.identity_providers import IdentityProviders
from handcart.domain.caller import Caller
from handcart.domain.catalogue import Catalogue
from handcart.domain.errors import InvalidField, InvalidInput, RequiredField
from handcart.domain.session_secret import without_sessions
from handcart.domain.site import Site
from handcart.store.stores import Stores

NO_STORE = {"Cache-Control": "no-store"}

Decoded = TypeVar("Decoded")


class Call:
    """What an endpoint is given. ``site`` is the acting site that the request names, by path, header or host."""

    __slots__ = (
        "_catalogue",
        "_query",
        "body",
        "caller",
        "identity",
        "parameters",
        "project",
        "request",
        "site",
        "stores",
        "token",
    )

    def __init__(
        self,
        *,
        request: Request,
        parameters: dict[str, str],
        stores: Stores,
        identity: IdentityProviders,
        caller: Caller,
        project: str,
        catalogue: Catalogue | None,
        site: Site | None,
        body: bytes,
        token: str = "",
    ) -> None:
        self.request = request
        self.parameters = parameters
        self.stores = stores
        self.identity = identity
        self.caller = caller
        self.project = project
        self._catalogue = catalogue
        self.site = site
        self.body = body
        self.token = token
        """What the caller presented; for whoever asks again later what it is worth."""
        self._query: dict[str, list[str]] | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the project; only the token endpoints have paths that name no project."""
        assert self._catalogue is not None, "this path names no project"
        return self._catalogue

    @property
    def query(self) -> Mapping[str, list[str]]:
        """The query string's parameters, each with all its values."""
        if self._query is None:
            self._query = {}
            text = self.request.scope["query_string"].decode("latin-1")
            for name, value in parse_qsl(text, keep_blank_values=True):
                self._query.setdefault(name, []).append(value)
        return self._query

    def query_value(self, name: str) -> str | None:
        """The last value of a query parameter, or None."""
        values = self.query.get(name)
        return values[-1] if values else None

    def query_integer(self, name: str) -> int | None:
        """A query parameter that is a whole number. Raises InvalidField for what is none."""
        text = self.query_value(name)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise InvalidField(field=name, invalid_value=text)
        return int(text)

    def version(self) -> int:
        """The query parameter ``version`` of a delete. Raises RequiredField."""
        version = self.query_integer("version")
        if version is None:
            raise RequiredField(field="version")
        return version

    def decode(self, decoder: msgspec.json.Decoder[Decoded]) -> Decoded:
        """The body as a struct; raises the refusal that says what is wrong with it, and where."""
        return decoded(self.body, decoder)

    def idempotency(self) -> Idempotency | None:
        """The Idempotency-Key of this write; it holds for this caller and this path."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return None
        if not 1 <= len(key) <= 256:
            raise InvalidInput(detail="An Idempotency-Key has 1 to 256 characters.")
        caller = self.caller
        subject = caller.owner or (f"staff:{caller.staff_id}" if caller.staff_id else f"client:{caller.client_id}")
        return Idempotency(f"{subject} {self.request.scope['raw_path'].decode()}", key, sha256(self.body).digest())

    async def write(self, action: Callable[[Idempotency | None], Awaitable[Answer]]) -> Response:
        """Run a writing action once per Idempotency-Key, and answer it."""
        answer = await replay_or_write(self.stores, self.project, self.idempotency(), action)
        return answered(answer)


class JsonAnswer(Response):
    """JSON that is already encoded, with as little around it as HTTP asks for."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()),
        ]


def for_staff(response: Response) -> Response:
    """The answer as a member of staff may see it: without the secret of any guest's session."""
    if isinstance(response, JsonAnswer):
        response.body = without_sessions(bytes(response.body))
        response.headers["content-length"] = str(len(response.body))
    return response


def answered(answer: Answer) -> Response:
    """A write's answer: 201 where something was created, else 200."""
    return JsonAnswer(answer.body, 201 if answer.created else 200, NO_STORE)


def json_bytes(body: bytes, status: int = 200, headers: Mapping[str, str] = NO_STORE) -> Response:
    """JSON that is already encoded."""
    return JsonAnswer(body, status, headers)


def page_of(results: list[bytes], *, limit: int, offset: int, total: int | None) -> bytes:
    """The page envelope around documents that are already encoded."""
    head: dict[str, Any] = {"limit": limit, "offset": offset, "count": len(results)}
    if total is not None:
        head["total"] = total
    return msgspec.json.encode(head)[:-1] + b',"results":[' + b",".join(results) + b"]}"
