"""Which scopes a client may pass on, by table."""

import pytest

from handcart.domain.caller import Grant
from handcart.domain.errors import InsufficientScope, InvalidInput, InvalidRequest, InvalidScope
from handcart.domain.oauth_scopes import (
    SCOPE_LENGTH_MAX,
    check_may,
    covers,
    full_scopes,
    granted_scope,
    grants_of,
    narrowed_scope,
    projects_named,
    resource_scopes,
    shopper_scope,
)


@pytest.mark.parametrize(
    ("scope", "grants"),
    [
        ("manage_orders:demo", {Grant("manage_orders")}),
        ("manage_orders:demo:siteA", {Grant("manage_orders", "siteA")}),
        ("view_orders:demo manage_my_orders:demo", {Grant("view_orders"), Grant("manage_my_orders")}),
        ("manage_orders:other", set()),
        ("manage_orders", set()),
        ("customer_id:3f1c anonymous_id:demo2", set()),
        ("", set()),
    ],
)
def test_grants_are_the_resource_scopes_of_the_project(scope: str, grants: set[Grant]) -> None:
    assert grants_of(scope, "demo") == grants


@pytest.mark.parametrize(
    ("held", "wanted", "answer"),
    [
        ("manage_orders:demo", Grant("manage_orders"), True),
        ("manage_orders:demo", Grant("view_orders"), True),
        ("view_orders:demo", Grant("manage_orders"), False),
        ("manage_orders:demo", Grant("manage_my_orders"), False),
        ("manage_orders:demo", Grant("manage_orders", "siteA"), True),
        ("manage_orders:demo:siteA", Grant("manage_orders", "siteA"), True),
        ("manage_orders:demo:siteA", Grant("view_orders", "siteA"), True),
        ("manage_orders:demo:siteA", Grant("manage_orders", "siteB"), False),
        ("manage_orders:demo:siteA", Grant("manage_orders"), False),
        ("manage_products:demo", Grant("view_published_products"), True),
        ("view_published_products:demo", Grant("view_products"), False),
        ("manage_project:demo", Grant("create_staff_token"), True),
        ("manage_project:demo", Grant("manage_orders", "siteA"), True),
        ("manage_project:other", Grant("view_orders"), False),
    ],
)
def test_a_scope_covers_itself_and_what_is_narrower(held: str, wanted: Grant, answer: bool) -> None:
    assert covers(grants_of(held, "demo"), wanted) is answer


STOREFRONT = ("view_published_products:demo", "manage_my_orders:demo", "create_anonymous_token:demo")


@pytest.mark.parametrize(
    "requested",
    [
        "manage_my_orders:demo view_published_products:demo",
        "manage_my_orders:demo:siteA",
        "create_anonymous_token:demo",
    ],
)
def test_a_granted_scope_is_the_requested_one_word_for_word(requested: str) -> None:
    assert granted_scope(requested, scopes=STOREFRONT, project="demo") == requested


@pytest.mark.parametrize(
    "requested",
    [
        "manage_orders:demo",
        "manage_project:demo",
        "manage_my_orders:other",
        "manage_my_orders",
        "manage_my_orders:demo:siteA:more",
        "anonymous_id:demo",
        "customer_id:demo",
        "manage_my_orders:demo staff_id:demo",
        'manage_my_orders:demo"',
    ],
)
def test_a_scope_that_the_client_does_not_have_is_refused_by_name(requested: str) -> None:
    with pytest.raises(InvalidScope) as refusal:
        granted_scope(requested, scopes=STOREFRONT, project="demo")
    assert refusal.value.scope == requested.rsplit(maxsplit=1)[-1]


def test_a_scope_longer_than_any_real_one_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        granted_scope("manage_my_orders:demo " * SCOPE_LENGTH_MAX, scopes=STOREFRONT, project="demo")


@pytest.mark.parametrize(
    ("scopes", "granted"),
    [
        (STOREFRONT, "view_published_products:demo manage_my_orders:demo"),
        (("manage_orders:demo", "manage_my_orders:demo:siteA"), "manage_my_orders:demo:siteA"),
        (("manage_project:demo",), "view_published_products:demo manage_my_orders:demo manage_my_profile:demo"),
    ],
)
def test_a_shopper_gets_only_a_shoppers_affairs_by_default(scopes: tuple[str, ...], granted: str) -> None:
    assert shopper_scope(scopes, "demo") == granted


def test_a_client_without_anything_for_shoppers_has_to_name_a_scope() -> None:
    with pytest.raises(InvalidScope):
        shopper_scope(("manage_orders:demo", "create_anonymous_token:demo"), "demo")


def test_a_scope_without_project_is_one_of_the_clients_own() -> None:
    assert full_scopes(["manage_orders", "view_orders:demo:siteA"], "demo") == (
        "manage_orders:demo",
        "view_orders:demo:siteA",
    )


@pytest.mark.parametrize("scope", ["manage_orders:other", "Manage Orders", "", "manage_orders:demo:siteA:x"])
def test_a_client_cannot_be_given_what_is_no_scope_of_its_project(scope: str) -> None:
    with pytest.raises(InvalidInput):
        full_scopes([scope], "demo")


def test_a_refresh_may_ask_for_less_and_never_for_more() -> None:
    original = "manage_my_orders:demo view_published_products:demo"
    assert narrowed_scope("manage_my_orders:demo", original=original) == "manage_my_orders:demo"
    with pytest.raises(InvalidScope):
        narrowed_scope("manage_my_orders:demo manage_my_profile:demo", original=original)


def test_words_that_name_a_subject_are_no_resource_scopes() -> None:
    assert resource_scopes("manage_my_orders:demo:siteA anonymous_id:abc", "demo") == "manage_my_orders:demo:siteA"
    assert projects_named("manage_orders:demo view_orders:other:siteA nonsense") == {"demo", "other"}


def test_an_endpoint_asks_for_its_scope_by_name() -> None:
    check_may(STOREFRONT, "demo", "create_anonymous_token")
    check_may(("manage_project:demo",), "demo", "create_staff_token")
    with pytest.raises(InsufficientScope) as refusal:
        check_may(STOREFRONT, "demo", "create_staff_token")
    assert refusal.value.needed == "create_staff_token:demo"
