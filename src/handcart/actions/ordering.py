"""Making the write of a submission: the order beside the closed cart, with the first event of its own chain."""

from handcart.domain.cart import Actor
from handcart.domain.document import encode
from handcart.domain.event import GENESIS, EventBody, event_of, plain
from handcart.domain.order import Submission
from handcart.store.carts import CartWrite
from handcart.store.orders import OrderWrite
from handcart.store.stores import Stores


def order_write(stores: Stores, submission: Submission, *, cart_write: CartWrite, actor: Actor) -> OrderWrite:
    """The write of a planned submission."""
    order = submission.order
    event = event_of(
        EventBody(
            kind="OrderCreated",
            version_from=0,
            version_to=order.version,
            at=order.created_at,
            actor=actor,
            actions=[],
            before={},
            site_id=order.site_id,
            snapshot=plain(order),
        ),
        previous_head=GENESIS,
        salt=stores.clock.new_salt(),
    )
    return OrderWrite(cart_write, order, event, submission.stock, encode(order))
