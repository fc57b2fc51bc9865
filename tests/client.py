"""How tests speak to a running Handcart: one small client per caller, and what an answer has to look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx

Answer = TypeVar("Answer")


class Api:
    """One caller on one project. Paths are relative to ``/{project}``, or to a store of it (``in_store``)."""

    def __init__(
        self, http: httpx.Client, prefix: str, token: str | None, headers: dict[str, str] | None = None
    ) -> None:
        self.http = http
        self.prefix = prefix
        self.token = token
        self.headers = headers or {}

    def in_store(self, key: str) -> Api:
        """The same caller under ``/{project}/in-store/key={key}``."""
        root = self.prefix.partition("/in-store/")[0]
        return Api(self.http, f"{root}/in-store/key={key}", self.token, self.headers)

    def outside(self) -> Api:
        """The same caller on paths without a project, such as ``/ccadmin/v1``."""
        return Api(self.http, "", self.token, self.headers)

    def on_project(self, key: str) -> Api:
        """The same token on another project."""
        return Api(self.http, f"/{key}", self.token, self.headers)

    def with_headers(self, **headers: str) -> Api:
        """The same caller, sending these headers too; ``X_CCSite="siteA"`` sends ``X-CCSite``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Api(self.http, self.prefix, self.token, {**self.headers, **named})

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """One request; ``body`` is sent as JSON, ``content=`` as it is."""
        headers = {**self.headers, **options.pop("headers", {})}
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            options["json"] = body
        elif "content" in options:
            headers.setdefault("Content-Type", "application/json")
        return self.http.request(method, self.prefix + path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A read."""
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A write."""
        return self.request("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A write of Oracle's kind."""
        return self.request("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        """A delete."""
        return self.request("DELETE", path, **options)

    def read(self, path: str, **options: Any) -> Any:
        """The JSON of a read that has to be answered 200."""
        return ok(self.get(path, **options), 200)

    def create(self, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of a write that has to be answered 201."""
        return ok(self.post(path, body, **options), 201)

    def write(self, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of a write that has to be answered 200."""
        return ok(self.post(path, body, **options), 200)

    def update(self, path: str, thing: dict[str, Any], *actions: dict[str, Any], **options: Any) -> Any:
        """The JSON after update actions at the version of ``thing``, which has to be answered 200."""
        body = {"version": thing["version"], "actions": list(actions)}
        return self.write(f"{path}/{thing['id']}", body, **options)

    def change_cart(self, cart: dict[str, Any], *actions: dict[str, Any]) -> Any:
        """The cart after update actions, through ``/carts``."""
        return self.update("/carts", cart, *actions)

    def change_my_cart(self, cart: dict[str, Any], *actions: dict[str, Any]) -> Any:
        """The shopper's cart after update actions, through ``/me/carts``."""
        return self.update("/me/carts", cart, *actions)


def ok(response: httpx.Response, status: int | None = None) -> Any:
    """The JSON of an answer that has to be a success, and of this status where one is given."""
    said = f"{response.request.method} {response.request.url} → {response.status_code} {response.text[:2000]}"
    assert response.is_success if status is None else response.status_code == status, said
    assert response.headers["content-type"] == "application/json", said
    return response.json()


def refused(response: httpx.Response, status: int, code: str, reason: str | None = None, **extra: Any) -> Any:
    """The first error of an answer that has to be a refusal in the documented shape; ``extra`` are fields of it."""
    said = f"{response.request.method} {response.request.url} → {response.status_code} {response.text[:2000]}"
    assert response.status_code == status, said
    assert response.headers["content-type"] == "application/json", said
    body = response.json()
    assert body["statusCode"] == status, said
    assert body["errors"], said
    error = body["errors"][0]
    assert body["message"] == error["message"], said
    assert error["message"], said
    assert error["code"] == code, said
    if reason is not None:
        assert error.get("reason") == reason, said
    for name, value in extra.items():
        assert error.get(name) == value, said
    return error


def in_parallel(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """What the calls answer, all under way at the same time."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(lambda call: call(), calls))
