"""Pages of any origin may call the API: what counts is the bearer token, which a browser sends for nobody."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
EXPOSED = ("X-Correlation-ID", "Retry-After")
PREFLIGHT_SECONDS = 3600

_VARY = (b"vary", b"Origin")
_FOR_PAGES = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
    _VARY,
)


class CrossOrigin:
    """Leaves preflights to Starlette's middleware, and adds what browsers ask of every other answer by itself.

    The middleware takes the headers of each request and each answer apart for that: 6 µs, a tenth of a read.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._preflights = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=EXPOSED,
            max_age=PREFLIGHT_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        is_from_page = any(name == b"origin" for name, _ in scope["headers"])
        if is_from_page and scope["method"] == "OPTIONS":
            await self._preflights(scope, receive, send)
            return
        added = _FOR_PAGES if is_from_page else (_VARY,)

        async def send_for_pages(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_for_pages)
