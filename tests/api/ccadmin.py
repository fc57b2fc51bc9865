"""What the tests of ``/ccadmin/v1`` say again and again: the administrator, and refusals in that interface's shape."""

from typing import Any

import httpx
import pytest

from tests.client import Api, ok
from tests.project import Project

US_SITES = {
    "siteUSSouth": "Southern US site",
    "siteUSWest": "Western US site",
    "siteUSEast": "Eastern US site",
}
GROUP_REQUEST: dict[str, Any] = {
    "id": "cartGroupUSSites",
    "displayName": "Cart sharing group for US Sites",
    "sites": [{"id": key} for key in US_SITES],
    "sharedCart": True,
}
GROUP_ANSWER = {**GROUP_REQUEST, "sites": [{"id": key, "name": name} for key, name in US_SITES.items()]}


class Ccadmin:
    """An administrator of the project, on ``/ccadmin/v1``."""

    def __init__(self, project: Project) -> None:
        self.project = project
        admin = project.admin.outside()
        self.api = Api(admin.http, "/ccadmin/v1", admin.token)

    def write(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of a write that has to be answered 200, as Oracle answers creates too."""
        return ok(self.api.request(method, path, body, **options), 200)

    def group(self, group_id: str, *sites: str, **fields: Any) -> Any:
        """A new group of these sites."""
        return self.write("POST", "/siteGroups", {"id": group_id, "sites": [{"id": each} for each in sites], **fields})

    def put_group(self, group_id: str, **fields: Any) -> Any:
        """A group after a change."""
        return self.write("PUT", f"/siteGroups/{group_id}", fields)

    def site(self, key: str, **fields: Any) -> Any:
        """A new site."""
        return self.write("POST", "/sites", {"id": key, "name": key, **fields})

    def us_sites(self) -> None:
        """The three sites of the example."""
        for key, name in US_SITES.items():
            self.site(key, name=name)

    def without_sharing(self) -> None:
        """Free the fixture's sites from the group that they share their carts in."""
        self.put_group("G1", sites=[])

    def read(self, path: str, **params: Any) -> Any:
        """The JSON of a read."""
        return self.api.read(path, params=params)

    def everything(self) -> Any:
        """All sites and groups, saved and published, to prove that nothing changed."""
        return [
            self.read(path, production=production)
            for path in ("/sites", "/siteGroups")
            for production in ("true", "false")
        ]


@pytest.fixture
def ccadmin(project: Project) -> Ccadmin:
    """An administrator of a new project."""
    return Ccadmin(project)


def refused(response: httpx.Response, status: int, code: str, **extra: Any) -> Any:
    """The first of an answer's errors, in the shape of B-O3; ``extra`` are fields of it."""
    said = f"{response.request.method} {response.request.url} → {response.status_code} {response.text[:2000]}"
    assert response.status_code == status, said
    assert response.headers["content-type"] == "application/json", said
    body = response.json()
    assert body.keys() == {
        *("errorCode", "message", "status", "type", "devMessage", "moreInfo", "o:errorPath", "errors")
    }, said
    assert (body["errorCode"], body["status"]) == (code, str(status)), said
    error = body["errors"][0]
    for name in ("errorCode", "message", "status", "devMessage", "o:errorPath"):
        assert body[name] == error[name], said
    assert body["message"], said
    for name, value in extra.items():
        assert error.get(name) == value, said
    return error
