"""Pages of any origin may call the API and read its answers."""

import httpx

from tests.builders import NO_ID
from tests.project import Project

PAGE = {"Origin": "https://shop.example"}


def said_to_pages(response: httpx.Response) -> dict[str, str]:
    """What the answer tells browsers."""
    return {
        name: value for name, value in response.headers.items() if name.startswith("access-control") or name == "vary"
    }


def test_a_page_of_another_origin_may_read_every_answer(project: Project):
    told = {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "X-Correlation-ID, Retry-After",
        "vary": "Origin",
    }
    for path, status in (("/me/current-cart", 404), (f"/me/carts/{NO_ID}", 404), ("/nothing", 404)):
        response = project.guest().get(path, headers=PAGE)
        assert (response.status_code, said_to_pages(response)) == (status, told)
    assert said_to_pages(project.guest().post("/me/current-cart", headers=PAGE)) == told


def test_whoever_is_no_page_is_told_only_that_origins_matter(project: Project):
    assert said_to_pages(project.guest().post("/me/current-cart")) == {"vary": "Origin"}


def test_a_browser_that_asks_first_may_send_every_method_and_header(project: Project):
    asked = {
        **PAGE,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization,x-ccsite",
    }
    response = project.nobody.request("OPTIONS", f"/me/carts/{NO_ID}", headers=asked)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-methods"] == "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    assert response.headers["access-control-allow-headers"] == "authorization,x-ccsite"
    assert response.headers["access-control-max-age"] == "3600"
