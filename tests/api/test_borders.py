"""What a caller must not get: others' carts, sessions and sign-ins, by roundabout ways."""

from tests.builders import add, open_cart, order
from tests.client import ok, refused
from tests.conftest import Project


def test_the_shops_own_client_resolves_nobodys_carts(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    draft = {"currency": "USD", "lineItems": [{"sku": "TEE"}]}
    other = project.customer().in_store("siteA").create("/me/carts", draft)
    rows = [project.cart_row(each["id"]) for each in (mine, other)]
    for strategy in ("Prompt", "MergeLineItems", "KeepMostRecent"):
        body = {"strategy": strategy, "cartIds": [mine["id"], other["id"]]}
        refused(project.storefront.post("/carts/resolve", body), 403, "insufficient_scope")
    assert [project.cart_row(each["id"]) for each in (mine, other)] == rows


def test_staff_does_not_learn_a_guests_anonymous_id(project: Project):
    guest = project.guest("a-bearer-secret")
    made = order(guest, add("MUG"))
    assert project.backend.read(f"/orders/{made['id']}")["anonymousId"] == "a-bearer-secret"
    agent = project.staff("agent7")
    found = [each for each in agent.read("/orders")["results"] if each["id"] == made["id"]]
    assert found == [{name: value for name, value in made.items() if name != "anonymousId"}]
    for path in (f"/orders/{made['id']}", f"/orders/order-number={made['orderNumber']}"):
        assert "a-bearer-secret" not in agent.get(path).text


def test_a_repeated_sign_in_asks_for_the_password_again(project: Project):
    open_cart(project.customer(), "siteA", add("MUG"))
    guest = project.guest("repeating-guest")
    open_cart(guest, "siteA", add("TEE"))
    backend = project.backend.with_headers(Idempotency_Key="sign-in-1")
    body = {"email": "alice@example.com", "password": "pw", "anonymousId": "repeating-guest"}
    first = ok(backend.post("/login", body), 200)
    refused(backend.post("/login", {**body, "password": "guessed"}), 400, "InvalidCredentials")
    assert ok(backend.post("/login", body), 200) == first
    refused(backend.post("/login", {**body, "anonymousId": "another"}), 400, "InvalidOperation", "IdempotencyKeyReused")
