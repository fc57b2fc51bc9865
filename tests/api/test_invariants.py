"""``handcart check`` finds nothing in what Handcart writes, and each kind of damage that is done behind its back."""

import json
from typing import Any

import pytest

from handcart.domain.errors import ResourceNotFound
from handcart.store import invariants
from handcart.store.compression import compress, decompress
from tests.builders import add, open_cart, ship_to, submit
from tests.client import ok
from tests.conftest import Project


def rules(project: Project) -> list[tuple[str, str]]:
    return [(each["kind"], each["rule"]) for each in project.broken_invariants()]


def a_cart(project: Project, who: str = "alice") -> dict[str, Any]:
    return open_cart(project.customer(who), "siteA", add("TEE", 2), ship_to())


def test_what_was_written_by_handcart_is_in_order(project: Project) -> None:
    a_cart(project, "bob")
    ok(submit(project.customer("alice"), a_cart(project)), 201)
    assert rules(project) == []


def test_a_project_that_does_not_exist_is_not_in_order(project: Project) -> None:
    project.key = "no-such-project"
    with pytest.raises(ResourceNotFound):
        project.broken_invariants()


def test_every_batch_is_read(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "BATCH", 1)
    for who in ("alice", "bob", "wade"):
        a_cart(project, who)
    project.sql.execute("UPDATE carts SET name = 'Another' WHERE project = $1", project.key)
    assert rules(project) == [("cart", "NameOfRow")] * 3


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("UPDATE carts SET owner = 'customer:somebody' WHERE project = $1", "OwnerOfRow"),
        ("UPDATE carts SET state = 'Frozen' WHERE project = $1", "StateOfRow"),
        ("UPDATE carts SET document = '\\x00' WHERE project = $1", "DocumentReadable"),
        ("UPDATE events SET salt = '\\x00' WHERE project = $1", "EventUnaltered"),
        ("UPDATE events SET body = '\\x00' WHERE project = $1", "EventUnaltered"),
        ("UPDATE events SET personal = NULL, salt = NULL WHERE project = $1", "ErasureRecorded"),
        ("DELETE FROM events WHERE project = $1 AND version_from = 0", "VersionsContiguous"),
        ("DELETE FROM events WHERE project = $1 AND version_from > 0", "EventOfEveryVersion"),
        ("UPDATE carts SET head = '\\x00' WHERE project = $1", "HeadOfRow"),
    ],
)
def test_damage_to_a_cart_is_found(project: Project, damage: str, rule: str) -> None:
    a_cart(project)
    project.sql.execute(damage, project.key)
    assert rules(project) == [("cart", rule)]


def test_a_total_that_is_not_the_sum_is_found(project: Project) -> None:
    cart = a_cart(project)
    document = json.loads(decompress(project.cart_row(cart["id"])["document"]))
    document["totalPrice"]["centAmount"] -= 1
    update = "UPDATE carts SET document = $2 WHERE project = $1"
    project.sql.execute(update, project.key, compress(json.dumps(document).encode()))
    assert rules(project) == [("cart", "TotalIsSum")]


def test_an_ordered_cart_without_its_order_is_found(project: Project) -> None:
    ok(submit(project.customer("alice"), a_cart(project)), 201)
    project.sql.execute("DELETE FROM orders WHERE project = $1", project.key)
    assert rules(project) == [("cart", "OrderedCartHasOrder")]


def test_damage_to_an_order_is_found(project: Project) -> None:
    ok(submit(project.customer("alice"), a_cart(project)), 201)
    project.sql.execute("UPDATE orders SET status = 'Review', version = 2 WHERE project = $1", project.key)
    found = ["VersionOfRow", "StatusOfRow", "EventOfEveryVersion"]
    assert rules(project) == [("order", each) for each in found]


def test_stock_below_zero_is_found(project: Project) -> None:
    project.sql.execute("UPDATE inventory SET quantity_on_stock = -1 WHERE project = $1 AND sku = 'PEN'", project.key)
    assert rules(project) == [("stock", "StockNeverNegative")] * 5
