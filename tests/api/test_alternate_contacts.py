"""Buying online and picking up in the store: who may come for it (S2-19 … S2-23)."""

from typing import Any

import pytest

from tests.api.assisted import Agent, shopper_with
from tests.builders import action, add, open_cart, ship_to, submit
from tests.client import Api, ok, refused
from tests.conftest import Project

PICKUP = {"supplyChannel": {"typeId": "channel", "key": "store107"}, "inventoryMode": None}
WHOLE = {"firstName": "Al", "lastName": "Alder", "email": "al@example.com"}


def picking_up(project: Project) -> tuple[Api, Any]:
    """wade with something to pick up. The store has it on stock."""
    channel = project.backend.read("/channels/key=store107")
    entry = {"sku": "TEE", "supplyChannel": {"typeId": "channel", "id": channel["id"]}, "quantityOnStock": 5}
    project.backend.create("/inventory", entry)
    return shopper_with(project, add("TEE", supplyChannel=PICKUP["supplyChannel"]), ship_to())


def current(wade: Api) -> Any:
    return wade.read("/me/current-cart")


def enter(wade: Api, name: str, **fields: str) -> Any:
    return wade.post(f"/me/carts/{current(wade)['id']}", {"actions": [action(name, **fields)]})


def place(project: Project, wade: Api) -> Any:
    return submit(project.customer("wade"), current(wade))


def test_s2_19_checkout_shows_both_contacts_where_something_is_picked_up(project: Project):
    wade, cart = picking_up(project)
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert shown["primaryContact"] == {"firstName": "Wade", "lastName": "Walker", "email": "wade@example.com"}
    assert shown["alternateContact"] is None
    ok(enter(wade, "saveAlternateContact", **WHOLE), 200)
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert shown["alternateContact"] == {"saved": True, **WHOLE}
    assert "primaryContact" not in current(wade)


def test_s2_19_checkout_of_the_offline_order_shows_them_too(project: Project):
    wade, cart = picking_up(project)
    order = Agent(project).prepare()
    ok(enter(wade, "saveAlternateContact", **WHOLE), 200)
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert (shown["id"], shown["primaryContact"]["firstName"]) == (order["id"], "Wade")
    assert shown["alternateContact"] == {"saved": True, **WHOLE}


def test_s2_19_a_guests_primary_contact_is_of_the_address(project: Project):
    guest = project.guest().in_store("siteA")
    channel = PICKUP["supplyChannel"]
    cart = open_cart(guest, "siteA", add("TEE", supplyChannel=channel), ship_to())
    shown = guest.write(f"/me/carts/{cart['id']}/checkout")
    assert shown["primaryContact"] == {"firstName": "Alice", "lastName": "Archer"}


def test_s2_19_without_anything_to_pick_up_there_is_nobody_to_name(project: Project):
    wade, cart = shopper_with(project, add("TEE"), ship_to())
    before = project.cart_row(cart["id"])
    for name in ("setAlternateContact", "saveAlternateContact"):
        refused(enter(wade, name, **WHOLE), 400, "InvalidOperation", "NoPickupLine")
    assert project.cart_row(cart["id"]) == before
    shown = wade.write(f"/me/carts/{cart['id']}/checkout")
    assert "primaryContact" not in shown
    assert "alternateContact" not in shown


def test_s2_20_first_name_last_name_and_email_are_needed_and_the_phone_is_not(project: Project):
    wade, _ = picking_up(project)
    for missing in WHOLE:
        given = {name: value for name, value in WHOLE.items() if name != missing}
        refused(enter(wade, "saveAlternateContact", **given), 400, "RequiredField", field=missing)
    assert "alternateContact" not in current(wade)
    ok(enter(wade, "setAlternateContact", **WHOLE), 200)
    saved = ok(enter(wade, "saveAlternateContact"), 200)
    assert saved["alternateContact"] == {"saved": True, **WHOLE}
    with_phone = ok(enter(wade, "saveAlternateContact", phone="555-0100"), 200)
    assert with_phone["alternateContact"] == {"saved": True, **WHOLE, "phone": "555-0100"}
    refused(enter(wade, "setAlternateContact", email="nobody"), 400, "InvalidField", field="email")


@pytest.mark.parametrize("is_offline", [False, True])
def test_s2_21_what_was_begun_is_saved_or_removed_before_the_order(project: Project, is_offline: bool):
    wade, cart = picking_up(project)
    robin = Agent(project)
    if is_offline:
        robin.prepare()
    ok(enter(wade, "setAlternateContact", firstName="Al"), 200)
    before, counts = project.cart_row(cart["id"]), project.counts()
    refused(place(project, wade), 400, "InvalidOperation", "AlternateContactNotSaved")
    assert (project.cart_row(cart["id"]), project.counts()) == (before, counts)
    if is_offline:
        assert robin.api.read(f"/offline-orders/{robin.order['id']}")["status"] == "Pending"
    ok(enter(wade, "saveAlternateContact", lastName="Alder", email="al@example.com"), 200)
    placed = ok(place(project, wade), 201)
    assert placed["alternateContact"] == {"saved": True, **WHOLE}
    assert placed["type"] == ("OFFLINE" if is_offline else "ONLINE")
    assert project.broken_invariants() == []


def test_s2_21_removing_the_draft_is_as_good(project: Project):
    wade, _ = picking_up(project)
    ok(enter(wade, "setAlternateContact", firstName="Al"), 200)
    ok(enter(wade, "removeAlternateContact"), 200)
    assert "alternateContact" not in ok(place(project, wade), 201)


def test_s2_22_a_saved_contact_that_is_edited_has_to_be_saved_again(project: Project):
    wade, _ = picking_up(project)
    ok(enter(wade, "saveAlternateContact", **WHOLE), 200)
    same = ok(enter(wade, "setAlternateContact", firstName="Al"), 200)
    assert same["alternateContact"]["saved"]
    edited = ok(enter(wade, "setAlternateContact", phone="555-0100"), 200)
    assert edited["alternateContact"] == {"saved": False, **WHOLE, "phone": "555-0100"}
    refused(place(project, wade), 400, "InvalidOperation", "AlternateContactNotSaved")
    ok(enter(wade, "saveAlternateContact"), 200)
    assert ok(place(project, wade), 201)["alternateContact"]["phone"] == "555-0100"


def test_s2_23_nobody_has_to_be_named(project: Project):
    wade, _ = picking_up(project)
    assert "alternateContact" not in ok(place(project, wade), 201)


def test_an_agent_enters_the_contact_on_the_order(project: Project):
    wade, _ = picking_up(project)
    robin = Agent(project)
    order = robin.draft("wade")
    path = f"/offline-orders/{order['id']}"
    entered = {"version": 1, "actions": [action("setAlternateContact", **WHOLE)]}
    refused(robin.api.post(path, entered), 400, "InvalidOperation", "NoPickupLine")
    robin.take_over()
    order = robin.add_items()
    order = robin.api.write(path, {**entered, "version": order["version"]})
    assert order["alternateContact"] == {"saved": False, **WHOLE}
    refused(place(project, wade), 400, "InvalidOperation", "AlternateContactNotSaved")
    order = robin.api.write(path, {"version": order["version"], "actions": [action("saveAlternateContact")]})
    assert ok(place(project, wade), 201)["alternateContact"] == {"saved": True, **WHOLE}
    assert project.broken_invariants() == []


def test_a_contact_is_personal_and_can_be_erased_from_the_events(project: Project):
    wade, cart = picking_up(project)
    ok(enter(wade, "saveAlternateContact", **WHOLE, phone="555-0100"), 200)
    rows = project.sql.value(
        "SELECT count(*) FROM events WHERE project = $1 AND aggregate_id::text = $2 AND personal IS NOT NULL "
        "AND (convert_from(personal, 'UTF8') LIKE '%Alder%' AND convert_from(personal, 'UTF8') LIKE '%555-0100%')",
        project.key,
        cart["id"],
    )
    assert rows == 1
    entry = project.admin.read(f"/carts/{cart['id']}/history")["results"][0]
    assert entry["actions"][0]["lastName"] == "Alder"
