"""Why a guest's cart becomes the customer's: so that it is not orphaned, and so that there is something to merge."""

from datetime import UTC, datetime, timedelta

from handcart.store.purging import delete_expired
from handcart.store.stores import Stores
from tests.api.test_sign_in import customers_carts, guest_with, signed_in
from tests.builders import action, add, open_cart, skus
from tests.project import Project


class TakenBack(Exception):
    """Ends a transaction without a trace: what expires in ten years is every other test's too."""


async def test_s1_2_a_claimed_cart_outlives_everything_that_expires(project: Project, stores: Stores):
    _, session, cart = guest_with(project, add("TEE", 2))
    signed_in(project, anonymousId=session)
    in_ten_years = datetime.now(UTC) + timedelta(days=3652)
    left = None
    try:
        async with stores.database.transaction() as transaction:
            await delete_expired(transaction, in_ten_years)
            left = await transaction.row(
                "SELECT state, owner FROM carts WHERE project = $1 AND id = $2", project.key, cart["id"]
            )
            raise TakenBack
    except TakenBack:
        pass
    assert left is not None
    assert (left["state"], left["owner"]) == ("Active", f"customer:{project.customer_id('alice')}")


def test_s1_3_what_happens_depends_on_whether_the_customer_has_a_cart(project: Project):
    _, session, guests = guest_with(project, add("TEE"))
    assert signed_in(project, "bob", anonymousId=session)["cart"]["id"] == guests["id"]
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, session, guests = guest_with(project, add("TEE"))
    cart = signed_in(project, anonymousId=session)["cart"]
    assert (cart["id"], skus(cart)) == (mine["id"], [("MUG", 1), ("TEE", 1)])
    assert cart["id"] != guests["id"]


def test_s1_7_before_it_is_resolved_the_customer_has_two_active_carts(project: Project):
    mine = open_cart(project.customer(), "siteA", add("MUG"))
    _, _, guests = guest_with(project, add("TEE"))
    alice = project.customer_id("alice")
    project.backend.in_store("siteA").change_cart(guests, action("setCustomerId", customerId=alice))
    assert {each["id"]: skus(each) for each in customers_carts(project)} == {
        mine["id"]: [("MUG", 1)],
        guests["id"]: [("TEE", 1)],
    }
