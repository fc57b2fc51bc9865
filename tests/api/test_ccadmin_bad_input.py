"""Every field of the administration with every strange value: an answer in that interface's shape, never a 5xx."""

from typing import Any

import pytest

from handcart.domain.site_groups.preview import PreviewRequest
from handcart.domain.site_groups.publishing import PublishRequest
from handcart.domain.site_groups.requests import SiteGroupChange, SiteGroupRequest
from handcart.domain.site_groups.sites import SiteChange, SiteRequest
from tests.api.ccadmin import Ccadmin, ccadmin

__all__ = ["ccadmin"]

VALUES: list[Any] = [
    *(None, True, 0, -1, 10**30, 1.5, "", " ", "\0", "a\0b", "x" * 5000, "🛒", "..", "%2F", "{id}"),
    *([], [None], [[[]]], [""], ["\0"], ["x", "x"], {}, {"a": {}}, {"en": "\0"}, {"id": "\0"}, [{"id": "\0"}]),
    *([{"id": "siteA"}] * 2, [{"id": "siteA", "type": "x"}], [{"id": "siteA", "name": {"x": ["y"]}}]),
    [{"name": "x", "amount": -1, "includedInPrice": True, "country": "\0"}],
    [{"name": "x", "amount": 1e300, "includedInPrice": True, "country": "US"}],
]
ROUTES: list[tuple[str, str, type, dict[str, Any]]] = [
    ("POST", "/siteGroups", SiteGroupRequest, {"sites": []}),
    ("PUT", "/siteGroups/G1", SiteGroupChange, {}),
    ("POST", "/siteGroups/G1/preview", PreviewRequest, {}),
    ("POST", "/sites", SiteRequest, {"id": "siteX", "name": "X"}),
    ("PUT", "/sites/siteA", SiteChange, {}),
    ("POST", "/publish", PublishRequest, {}),
]
QUERIES = ["\0", "(" * 3000, 'id eq "' + "x" * 3900 + '"', 'id eq "\\ud800"', 'id eq "\\', "not" * 1000, "é pr", "%"]
NAMES = ["%00", "a%00b", "%C3%A9", "%FF", "x" * 3000, "%25", "'; --", "%ED%9F%BF"]


@pytest.mark.parametrize(("method", "path", "struct", "body"), ROUTES, ids=lambda value: str(value)[:24])
def test_strange_values(ccadmin: Ccadmin, method: str, path: str, struct: Any, body: dict[str, Any]):
    for field in struct.__struct_encode_fields__:
        for value in VALUES:
            response = ccadmin.api.request(method, path, {**body, field: value})
            assert response.status_code in (200, 400), f"{field}: {value} → {response.text[:500]}"
            assert ("errorCode" in response.json()) is (response.status_code == 400)
            assert len(response.content) < 60_000
    # Whatever was accepted can be read again, by itself and among the others.
    for view in ("/sites", "/siteGroups", "/publishing/changes"):
        for production in ("true", "false"):
            items = ccadmin.read(view, production=production)["items"]
    assert ccadmin.read("/siteGroups/G1/readiness")["isComplete"] is True
    ccadmin.project.admin.read("/stores")
    assert items is not None


def test_strange_queries_and_names(ccadmin: Ccadmin):
    for view in ("/sites", "/siteGroups", "/publishing/changes"):
        for text in QUERIES:
            for name in ("q", "sort", "production", "queryFormat", "offset"):
                response = ccadmin.api.get(view, params={name: text})
                assert response.status_code in (200, 400), response.text
    for view in ("/sites", "/siteGroups"):
        for name in NAMES:
            assert ccadmin.api.get(f"{view}/{name}").status_code == 404
            assert ccadmin.api.put(f"{view}/{name}", {}).status_code == 404
            assert ccadmin.api.delete(f"{view}/{name}").status_code == 404
            assert ccadmin.api.get(f"/siteGroups/{name}/readiness").status_code == 404
