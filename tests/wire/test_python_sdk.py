"""The journey of a guest with PyPI's `commercetools`, unchanged, against the running server."""

from collections.abc import Iterator

import pytest
from commercetools import CommercetoolsError
from commercetools.platform import Client, models
from commercetools.platform.client import ByProjectKeyRequestBuilder
from commercetools.utils import BaseTokenSaver

from tests.builders import NO_ID, add, open_cart
from tests.conftest import Project

pytestmark = pytest.mark.filterwarnings(
    "ignore:Passing field metadata:marshmallow.warnings.RemovedInMarshmallow4Warning"
)

OAUTH_CODES = frozenset(
    """invalid_client invalid_grant invalid_request invalid_scope unsupported_grant_type
    invalid_customer_account_credentials""".split()
)
"""RFC 6749's and those of the token endpoints, which the SDK does not read as errors of a resource."""

ADDRESS = models.BaseAddress(country="US", street_name="Main Street", city="Springfield", state="IL")
MERGE = models.AnonymousCartSignInMode.MERGE_WITH_EXISTING_CUSTOMER_CART


class ForgetfulSaver(BaseTokenSaver):
    """Keeps no token, so that no test speaks with another's."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def get_token(self, client_id, scope):
        return {"access_token": self.token, "token_type": "Bearer"} if self.token else None

    def add_token(self, client_id, scope, token):
        pass


def sdk(project: Project, client_id: str, names: str, token: str | None = None) -> Client:
    return Client(
        client_id=client_id,
        client_secret=f"{client_id}-secret",
        scope=[f"{each}:{project.key}" for each in names.split()],
        url=str(project.http.base_url).rstrip("/"),
        token_url=f"{str(project.http.base_url).rstrip('/')}/oauth/token",
        token_saver=ForgetfulSaver(token),
    )


@pytest.fixture
def backend(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[ByProjectKeyRequestBuilder]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = sdk(project, "backend", "manage_customers manage_orders manage_products")
    yield client.with_project_key(project.key)
    client._http_client.close()


@pytest.fixture
def guest(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[ByProjectKeyRequestBuilder]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = sdk(project, "storefront", "manage_my_orders manage_my_profile", project.guest("python-guest").token)
    yield client.with_project_key(project.key)
    client._http_client.close()


def adding(sku: str, quantity: int = 1) -> models.CartAddLineItemAction:
    return models.CartAddLineItemAction(sku=sku, quantity=quantity)


def my_adding(sku: str, quantity: int = 1) -> models.MyCartAddLineItemAction:
    return models.MyCartAddLineItemAction(sku=sku, quantity=quantity)


def contents(cart: models.Cart | models.Order) -> list[tuple[str, int]]:
    return [(line.variant.sku, line.quantity) for line in cart.line_items]


def test_a_guest_fills_a_cart_signs_in_merges_and_orders(project: Project, backend: ByProjectKeyRequestBuilder):
    open_cart(project.customer("alice"), "siteA", add("TEE", 3))
    store = backend.in_store_key_with_store_key_value("siteA")
    draft = models.CartDraft(currency="USD", anonymous_id="python-1", line_items=[models.LineItemDraft(sku="TEE")])
    cart = store.carts().post(draft)
    assert cart.cart_state == models.CartState.ACTIVE
    cart = store.carts().with_id(cart.id).post(models.CartUpdate(version=cart.version, actions=[adding("MUG", 2)]))
    assert contents(cart) == [("TEE", 1), ("MUG", 2)]
    result = store.login().post(
        models.CustomerSignin(
            email="alice@example.com",
            password="pw",
            anonymous_cart=models.CartResourceIdentifier(id=cart.id),
            anonymous_cart_sign_in_mode=MERGE,
            anonymous_id="python-1",
        )
    )
    assert result.customer.key == "alice"
    assert contents(result.cart) == [("TEE", 3), ("MUG", 2)]
    assert backend.carts().with_id(cart.id).get().cart_state == models.CartState.MERGED
    address = models.CartSetShippingAddressAction(address=ADDRESS)
    update = models.CartUpdate(version=result.cart.version, actions=[address])
    ready = backend.carts().with_id(result.cart.id).post(update)
    reference = models.CartResourceIdentifier(id=ready.id)
    order = store.orders().post(models.OrderFromCartDraft(cart=reference, version=ready.version))
    assert order.order_state == models.OrderState.OPEN
    assert order.total_price.cent_amount == 9100
    assert order.taxed_price.total_tax.cent_amount == 910
    assert order.created_at.tzinfo is not None
    assert backend.orders().with_order_number(order.order_number).get().id == order.id
    assert backend.carts().with_id(ready.id).get().cart_state == models.CartState.ORDERED


def test_a_shopper_through_me(project: Project, guest: ByProjectKeyRequestBuilder):
    store = guest.in_store_key_with_store_key_value("siteA")
    cart = store.me().carts().post(models.MyCartDraft(currency="USD"))
    cart = (
        store.me().carts().with_id(cart.id).post(models.MyCartUpdate(version=cart.version, actions=[my_adding("TEE")]))
    )
    assert store.me().active_cart().get().id == cart.id
    assert cart.anonymous_id == "python-guest"
    signed_in = store.me().login().post(models.MyCustomerSignin(email="bob@example.com", password="pw"))
    assert signed_in.cart.id == cart.id
    assert signed_in.cart.customer_id == signed_in.customer.id


def refused(call) -> CommercetoolsError:
    with pytest.raises(CommercetoolsError) as caught:
        call()
    return caught.value


def test_refusals_are_read_by_the_sdk(project: Project, backend: ByProjectKeyRequestBuilder):
    store = backend.in_store_key_with_store_key_value("siteA")
    cart = store.carts().post(models.CartDraft(currency="USD", line_items=[models.LineItemDraft(sku="TEE")]))

    def change(*actions, version=cart.version, site="siteA"):
        there = backend.in_store_key_with_store_key_value(site)
        return there.carts().with_id(cart.id).post(models.CartUpdate(version=version, actions=list(actions)))

    stale = refused(lambda: change(adding("MUG"), version=cart.version + 5))
    assert stale.code == "ConcurrentModification"
    assert stale.errors[0]["currentVersion"] == cart.version
    assert refused(lambda: change(adding("NOTHING"))).code == "InvalidInput"
    assert refused(lambda: change(adding("TEE", 10**7))).code == "InvalidOperation"
    assert refused(lambda: change(models.CartAddDiscountCodeAction(code="X"))).code == "DiscountCodeNonApplicable"
    payment = models.CartAddPaymentAction(payment=models.PaymentResourceIdentifier(id=NO_ID))
    assert refused(lambda: change(payment)).code == "InvalidOperation"
    assert refused(lambda: change(models.CartSetCountryAction(country="MX"))).code == "CountryNotConfiguredInStore"
    reference = models.CartResourceIdentifier(id=cart.id)
    order = models.OrderFromCartDraft(cart=reference, version=cart.version)
    assert refused(lambda: store.orders().post(order)).code == "InvalidOperation"
    signin = models.CustomerSignin(email="alice@example.com", password="no")
    assert refused(lambda: backend.login().post(signin)).code == "InvalidCredentials"
    assert contents(store.carts().with_id(cart.id).get()) == [("TEE", 1)]
    assert backend.carts().with_id(NO_ID).get() is None


def test_every_code_that_is_answered_is_one_that_the_sdk_knows():
    from commercetools.platform.models._schemas.error import ErrorResponseSchema

    from handcart.api.refusals import REFUSALS

    known = ErrorResponseSchema().fields["errors"].inner.discriminator_schemas
    assert sorted({code for _, code in REFUSALS.values()} - set(known) - OAUTH_CODES) == []


def test_a_stale_version_can_be_forced(project: Project, backend: ByProjectKeyRequestBuilder):
    cart = backend.carts().post(models.CartDraft(currency="USD"))
    email = models.CartSetCustomerEmailAction(email="a@example.com")
    update = models.CartUpdate(version=cart.version + 7, actions=[email])
    changed = backend.carts().with_id(cart.id).post(update, options={"force_version": True})
    assert changed.customer_email == "a@example.com"


def test_customers_and_carts_are_queried(project: Project, backend: ByProjectKeyRequestBuilder):
    page = backend.customers().get(where=['email = "alice@example.com"'])
    assert (page.count, page.total, page.results[0].key) == (1, 1, "alice")
    cart = open_cart(project.customer("alice"), "siteA", add("PEN"))
    carts = backend.carts().get(where=[f'customerId = "{page.results[0].id}"', 'cartState = "Active"'], limit=5)
    assert [each.id for each in carts.results] == [cart["id"]]
