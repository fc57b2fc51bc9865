"""What a trusted proxy says of the request that it passes on: who asked, how, and for which host."""

from typing import TYPE_CHECKING

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope


class ForwardedHeaders(ProxyHeadersMiddleware):
    """uvicorn's ``X-Forwarded-For`` and ``-Proto``, and ``X-Forwarded-Host`` too, because a host can name a site."""

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        """Of several hosts the last is taken: it is what the trusted peer itself has put there."""
        if scope["type"] == "http" and (scope["client"] or ("",))[0] in self.trusted_hosts:
            named = [value for name, value in scope["headers"] if name == b"x-forwarded-host"]
            host = b",".join(named).rpartition(b",")[2].strip()
            if host:
                others = [each for each in scope["headers"] if each[0] != b"host"]
                scope["headers"] = [(b"host", host), *others]
        await super().__call__(scope, receive, send)
