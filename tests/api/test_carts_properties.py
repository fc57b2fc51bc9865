"""Whatever shoppers do, in whatever order and on whatever site, the cart is what a second reading of the rules says."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.shopping import SITES, Model, Step, steps
from tests.builders import lines_on, money, ship_to, submit
from tests.client import ok
from tests.conftest import Project
from tests.database import Sql, Template

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def lasting_project(template: Template, http: httpx.Client, sql: Sql) -> Project:
    """One project for all examples, with enough in stock for them: each has a customer of its own."""
    project = Project(template.copy(), http, sql)
    sql.execute(
        "UPDATE inventory SET quantity_on_stock = 9999, available_quantity = 9999 WHERE project = $1", project.key
    )
    return project


def registered(project: Project):
    """A new customer, since a guest's cart is not shared with siteC."""
    number = project.sql.value("SELECT count(*) FROM customers WHERE project = $1", project.key)
    draft = {"email": f"c{number}@example.com", "key": f"c{number}", "authenticationMode": "ExternalAuth"}
    project.backend.create("/customers", draft)
    return project.customer(f"c{number}")


def money_on(site: str, cents: int):
    return money(cents, "MXN" if site == "siteM" else "USD")


@FEW
@given(done=steps, seen_on=st.sampled_from(SITES))
def test_a_cart_is_what_was_done_to_it(lasting_project: Project, done: list[Step], seen_on: str):
    shopper, model = registered(lasting_project), Model()
    cart = shopper.in_store("siteA").create("/me/current-cart")
    for step in done:
        actions = step.actions(cart["lineItems"])
        before = list(model.lines)
        model.do(step)
        if actions:
            changed = shopper.in_store(step.site).change_my_cart(cart, *actions)
            assert changed["totalPrice"] == money_on(step.site, model.total_on(step.site))
            if model.lines != before:
                assert changed["version"] == cart["version"] + 1
            cart = changed
        assert lines_on(cart) == model.lines
    seen = shopper.in_store(seen_on).read(f"/me/carts/{cart['id']}")
    assert seen["totalPrice"] == money_on(seen_on, model.total_on(seen_on))
    assert seen["version"] == cart["version"]
    assert seen.get("totalLineItemQuantity", 0) == sum(quantity for _, _, quantity in model.lines)
    if model.lines:
        cart = shopper.in_store("siteA").change_my_cart(cart, ship_to())
        made = ok(submit(shopper, cart, "siteA"), 201)
        assert lines_on(made) == model.lines
        assert made["totalPrice"] == money(model.total_on("siteA"))
        taxed = made["taxedPrice"]
        assert taxed["totalNet"]["centAmount"] + taxed["totalTax"]["centAmount"] == taxed["totalGross"]["centAmount"]


def test_nothing_of_it_is_out_of_order(lasting_project: Project):
    assert lasting_project.broken_invariants() == []
