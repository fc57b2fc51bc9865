"""Errors in the words of Oracle Commerce (B-O3): decided here for everything under ``/ccadmin``.

What is refused, and with which status, is the same table as everywhere; only how it is said differs.
"""

from typing import Any

import msgspec
from starlette.responses import Response

from handcart.domain.document import encode

PREFIX = "/ccadmin/"

_CODES = {"POST": "30305", "PUT": "30303", "DELETE": "30306", "GET": "30312", "HEAD": "30312"}
"""Oracle's codes for a site group that could not be created, updated, deleted, or got."""

_NO_SUCH_GROUP = "30311"
_SECTIONS = "http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10."
_SAID_ELSEWHERE = frozenset({"code", "message", "reason"})


def is_admin_path(path: str) -> bool:
    """Whether the path is one whose errors are told in these words."""
    return path.startswith(PREFIX)


def in_admin_words(response: Response, *, method: str, path: str) -> Response:
    """An error's answer in Oracle's shape: ``errorCode``, ``status`` as text, ``type``, ``o:errorPath`` …

    Each entry of ``errors`` has the fields that say more, such as the ``sites`` that have to be published too;
    ``devMessage`` is the reason's name. Site groups have Oracle's numbers as codes, all else has Handcart's words.
    """
    if not response.body:
        return response
    said: dict[str, Any] = msgspec.json.decode(bytes(response.body))
    status = response.status_code
    errors = [_error(each, status=status, method=method, path=path) for each in said["errors"]]
    body = {
        **errors[0],
        "message": said["message"],
        "type": _type_of(status),
        "moreInfo": None,
        "errors": errors,
    }
    for each in said["errors"][0].keys() - _SAID_ELSEWHERE:
        body.pop(each, None)
    headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(encode(body), status, headers, "application/json")


def _error(error: dict[str, Any], *, status: int, method: str, path: str) -> dict[str, Any]:
    return {
        **{name: value for name, value in error.items() if name not in _SAID_ELSEWHERE},
        "errorCode": _code_of(error["code"], status=status, method=method, path=path),
        "message": error["message"],
        "status": str(status),
        "devMessage": error.get("reason", error["code"]),
        "o:errorPath": error.get("field"),
    }


def _code_of(code: str, *, status: int, method: str, path: str) -> str:
    segments = path.removeprefix(PREFIX).strip("/").split("/")
    if segments[1:2] != ["siteGroups"] or status in (401, 403, 405) or status >= 500:
        return code
    return _NO_SUCH_GROUP if code == "ResourceNotFound" and len(segments) > 2 else _CODES.get(method, code)


def _type_of(status: int) -> str:
    """The section of RFC 2616 that says what the status means, as Oracle has it."""
    if 400 <= status <= 417:
        return f"{_SECTIONS}4.{status - 399}"
    return f"{_SECTIONS}5.{status - 499}" if 500 <= status <= 505 else "about:blank"
