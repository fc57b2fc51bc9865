"""Live streams of carts: what is told, from where, to whom, and until when."""

import contextlib
from collections.abc import Iterator

import httpx
import pytest

from handcart.store.live import OF_ONE_PERSON_MAX
from tests.builders import NO_ID, action, add, change_quantity, open_cart, ship_to, submit
from tests.client import Api, ok, refused
from tests.conftest import Project
from tests.live import Stream, listening, stops_with


@pytest.fixture
def alice(project: Project) -> Api:
    return project.customer("alice").in_store("siteA")


@pytest.fixture
def cart(alice: Api) -> dict:
    return open_cart(alice, "siteA", add("TEE"))


@pytest.fixture
def stream(alice: Api, cart: dict) -> Iterator[Stream]:
    with listening(alice, f"/me/carts/{cart['id']}/events") as opened:
        yield opened


def test_a_stream_begins_with_the_present_and_tells_each_change(alice: Api, cart: dict, stream: Stream):
    headers = stream.response.headers
    assert headers["content-type"] == "text/event-stream"
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
    assert stream.read().retry == 2000
    present = stream.next()
    assert (present.name, present.id) == ("cart", str(cart["version"]))
    assert present.data == {"cartId": cart["id"], "version": cart["version"], "cartState": "Active"}
    changed = alice.change_my_cart(cart, add("MUG", 2), change_quantity(cart["lineItems"][0], 3))
    told = stream.next()
    assert (told.name, told.id) == ("change", str(changed["version"]))
    assert told.data == {
        "cartId": cart["id"],
        "kind": "CartChanged",
        "versionFrom": cart["version"],
        "versionTo": changed["version"],
        "at": changed["lastModifiedAt"],
        "actor": {"kind": "shopper"},
        "actions": [
            {"action": "addLineItem", "sku": "MUG", "quantity": 2},
            {"action": "changeLineItemQuantity", "lineItemId": cart["lineItems"][0]["id"], "quantity": 3},
        ],
        "cartState": "Active",
    }


def test_nothing_personal_and_no_anonymous_id_is_told(project: Project):
    guest = project.guest("guest-that-nobody-may-know").in_store("siteA")
    cart = open_cart(guest, "siteA", add("TEE"))
    with listening(guest, f"/me/carts/{cart['id']}/events") as stream:
        stream.next("cart")
        cart = project.admin.change_cart(
            cart,
            ship_to(),
            action("setCustomerEmail", email="somebody@example.com"),
            action("setAnonymousId", anonymousId="guest-that-nobody-may-know"),
        )
        told = stream.next("change", "cart")
        assert told.id == str(cart["version"])
        for secret in ("nobody-may-know", "somebody", "Archer", "Springfield"):
            assert secret not in str(told)


def test_a_stream_that_was_cut_goes_on_without_gap_or_double(alice: Api, cart: dict):
    path = f"/me/carts/{cart['id']}/events"
    with listening(alice, path) as first:
        assert first.next().name == "cart"
    versions = []
    for sku in ("MUG", "PEN", "TEE"):
        cart = alice.change_my_cart(cart, add(sku))
        versions.append(str(cart["version"]))
    with listening(alice, path, since=first.last_event_id) as second:
        assert [second.next().id for _ in range(2)] == versions[:2]
    for how in ({"since": second.last_event_id}, {"params": {"lastEventId": second.last_event_id}}):
        with listening(alice, path, **how) as third:
            assert third.next().id == versions[2]
    with listening(alice, path, since=versions[2]) as last:
        last.next("presence")
        cart = alice.change_my_cart(cart, add("TEE"))
        assert (last.next().id, last.last_event_id) == (str(cart["version"]), str(cart["version"]))


@pytest.mark.parametrize("since", ["999999", "no-version", "-1", "9" * 40, ""])
def test_an_id_that_the_cart_never_had_begins_with_the_present(alice: Api, cart: dict, since: str):
    with listening(alice, f"/me/carts/{cart['id']}/events", since=since) as stream:
        told = stream.next()
        assert (told.name, told.id) == ("cart", str(cart["version"]))


def test_who_is_hundreds_of_changes_behind_begins_with_the_present(project: Project, alice: Api, cart: dict):
    project.sql.execute(
        "INSERT INTO events (project, aggregate_id, version_to, version_from, at, body, personal_hash, head) "
        "SELECT project, aggregate_id, version_to + n, version_to + n - 1, at, body, personal_hash, head "
        "FROM events, generate_series(1, 600) AS n WHERE project = $1 AND aggregate_id = $2 AND version_to = $3",
        project.key, cart["id"], cart["version"],
    )  # fmt: skip
    project.sql.execute(
        "UPDATE carts SET version = version + 600 WHERE project = $1 AND id = $2", project.key, cart["id"]
    )
    with listening(alice, f"/me/carts/{cart['id']}/events", since=cart["version"]) as stream:
        told = stream.next()
        assert (told.name, told.id) == ("cart", str(cart["version"] + 600))


def test_the_state_that_each_change_led_to_is_told(project: Project, cart: dict):
    path = f"/carts/{cart['id']}/events"
    since, cart_id = cart["version"], cart["id"]
    for name in ("freezeCart", "unfreezeCart"):
        cart = project.admin.change_cart(cart, action(name))
    with listening(project.admin, path, since=since) as stream:
        told = [stream.next(), stream.next()]
    assert [each.data["cartState"] for each in told] == ["Frozen", "Active"]
    assert [each.data["actor"] for each in told] == [{"kind": "client"}] * 2
    assert {each.data["cartId"] for each in told} == {cart_id}


def test_an_order_is_told_and_ends_the_stream(alice: Api, cart: dict, stream: Stream):
    stream.next("cart")
    cart = alice.change_my_cart(cart, ship_to())
    order = ok(submit(alice, cart), 201)
    assert stream.next().data["cartState"] == "Active"
    told = stream.next().data
    assert (told["kind"], told["cartState"], told["orderId"]) == ("CartOrdered", "Ordered", order["id"])
    stops_with(stream, "Ordered", orderId=order["id"])
    for since in (None, cart["version"], cart["version"] + 1, 1):
        with listening(alice, f"/me/carts/{cart['id']}/events", since=since) as again:
            assert again.next("end").data == {"reason": "Ordered", "orderId": order["id"]}
            assert again.is_over()


def test_a_merge_is_told_with_the_successor_and_ends_the_stream(project: Project):
    backend = project.backend
    alice_id = project.customer_id("alice")
    carts = [
        backend.in_store("siteA").create("/carts", {"currency": "USD", "customerId": alice_id, "lineItems": [line]})
        for line in ({"sku": "TEE"}, {"sku": "MUG"})
    ]
    alice = project.customer("alice")
    with listening(alice, f"/me/carts/{carts[0]['id']}/events") as stream:
        stream.next("cart")
        body = {"strategy": "MergeLineItems", "cartIds": [carts[1]["id"], carts[0]["id"]], "keep": carts[1]["id"]}
        alice.in_store("siteA").write("/carts/resolve", body)
        told = stream.next("change").data
        assert (told["kind"], told["cartState"], told["successor"]) == ("CartMerged", "Merged", carts[1]["id"])
        stops_with(stream, "Merged", successor=carts[1]["id"])


def test_a_guest_whose_cart_is_claimed_is_told_nothing_of_it(project: Project):
    guest, alice = project.guest(), project.customer("alice")
    of_alice = open_cart(alice, "siteA", add("MUG"))
    for adopted in (False, True):
        guest = project.guest()
        cart = open_cart(guest, "siteA", add("TEE"))
        who = {"email": "bob@example.com" if adopted else "alice@example.com", "password": "pw"}
        with listening(guest, f"/me/carts/{cart['id']}/events") as stream:
            stream.next("cart")
            ok(guest.in_store("siteA").post("/me/login", who), 200)
            stops_with(stream, "CartOutOfReach")
    with listening(alice, f"/me/carts/{of_alice['id']}/events", since=of_alice["version"]) as stream:
        assert stream.next().data["kind"] == "CartMerged"


def test_an_owner_is_not_told_what_was_before(project: Project, cart: dict):
    later = project.admin.change_cart(cart, add("PEN"))
    later = project.admin.change_cart(later, action("setCustomerId", customerId=project.customer_id("bob")))
    with listening(project.customer("bob"), f"/me/carts/{cart['id']}/events", since=cart["version"]) as stream:
        told = stream.next()
        assert (told.name, told.id) == ("cart", str(later["version"]))


def test_a_deleted_cart_ends_the_stream(alice: Api, cart: dict, stream: Stream):
    stream.next("cart")
    ok(alice.delete(f"/me/carts/{cart['id']}", params={"version": cart["version"]}), 200)
    stops_with(stream, "CartDeleted")


def test_a_revoked_token_ends_the_stream(project: Project, alice: Api, stream: Stream):
    stream.next("cart")
    answer = project.http.post(
        "/oauth/token/revoke", data={"token": alice.token}, auth=("storefront", "storefront-secret")
    )
    assert answer.status_code == 200
    stops_with(stream, "TokenEnded")


def take_over(project: Project, cart: dict, username: str) -> None:
    """A takeover of the cart, of which only the hand matters here."""
    project.sql.execute(
        "INSERT INTO takeovers (project, id, version, state, order_id, cart_id, holder, lease_until, document, "
        "created_at, modified_at) SELECT project, gen_random_uuid(), 1, 'Open', gen_random_uuid(), $2, id, "
        "now() + interval '1 hour', '', now(), now() FROM staff WHERE project = $1 AND username = $3",
        project.key, cart["id"], username,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("UPDATE staff SET roles = '{}' WHERE project = $1", "PermissionEnded"),
        ("UPDATE takeovers SET state = 'Cancelled' WHERE project = $1", "CartOutOfReach"),
    ],
)
def test_a_role_or_a_hold_that_is_taken_away_ends_the_stream(project: Project, cart: dict, ending: str, reason: str):
    agent = project.staff("csr1")
    refused(agent.get(f"/carts/{cart['id']}/events"), 404, "ResourceNotFound")
    take_over(project, cart, "csr1")
    with listening(agent, f"/carts/{cart['id']}/events") as stream:
        stream.next("cart")
        project.sql.execute(ending, project.key)
        stops_with(stream, reason)


def test_the_token_may_stand_in_the_query_of_a_stream_and_nowhere_else(project: Project, alice: Api, cart: dict):
    with listening(alice, f"/me/carts/{cart['id']}/events", token_in="query") as stream:
        assert stream.next().name == "cart"
    bare = project.nobody.in_store("siteA")
    refused(bare.get(f"/me/carts/{cart['id']}", params={"access_token": alice.token}), 401, "invalid_token")
    for token in ("", "wrong"):
        path = f"/me/carts/{cart['id']}/events"
        refused(bare.get(path, params={"access_token": token}), 401, "invalid_token")


def test_who_may_not_read_the_cart_may_not_listen(project: Project, alice: Api, cart: dict):
    bob, agent = project.customer("bob"), project.staff("csr1")
    for api, path in (
        (bob, f"/me/carts/{cart['id']}/events"),
        (project.guest(), f"/me/carts/{cart['id']}/events"),
        (agent, f"/carts/{cart['id']}/events"),
        (alice, f"/me/carts/{NO_ID}/events"),
        (alice, "/me/carts/no-uuid/events"),
    ):
        refused(api.get(path), 404, "ResourceNotFound")
    refused(alice.get(f"/carts/{cart['id']}/events"), 403, "insufficient_scope")


def test_head_answers_the_headers_and_nothing_else(alice: Api, cart: dict):
    path = f"/me/carts/{cart['id']}/events"
    answer = alice.request("HEAD", path, headers={"X-Correlation-ID": "here"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-correlation-id"] == "here"
    assert answer.headers["cache-control"] == "no-store"
    assert alice.request("HEAD", f"/me/carts/{NO_ID}/events").status_code == 404


def test_a_stream_carries_the_correlation_id_and_lets_other_origins_read(alice: Api, cart: dict):
    headers = {"X-Correlation-ID": "here", "Origin": "https://shop.example"}
    with listening(alice, f"/me/carts/{cart['id']}/events", headers=headers) as stream:
        assert stream.response.headers["x-correlation-id"] == "here"
        assert stream.response.headers["access-control-allow-origin"] == "*"
        assert isinstance(stream.response, httpx.Response)


def test_one_person_does_not_take_everybodys_room(project: Project, alice: Api, cart: dict):
    path = f"/me/carts/{cart['id']}/events"
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(listening(alice, path)) for _ in range(OF_ONE_PERSON_MAX)]
        for each in streams:
            each.next("cart")
        refused(alice.get(path), 503, "OverCapacity", "TooManyOwnListeners", listenersMax=OF_ONE_PERSON_MAX)
        with listening(project.backend.in_store("siteA"), f"/carts/{cart['id']}/events") as program:
            program.next("cart")
        bob = project.customer("bob")
        with listening(bob, f"/me/carts/{open_cart(bob, 'siteA')['id']}/events") as bobs:
            bobs.next("cart")
    with listening(alice, path) as again:
        again.next("cart")
