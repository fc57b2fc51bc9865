"""Who a cart is for, as the database knows them."""

from handcart.domain.document import Document
from handcart.domain.references import Reference


class CartOwner(Document):
    """A customer with e-mail and group, or an anonymous session, or nobody."""

    customer_id: str | None = None
    anonymous_id: str | None = None
    email: str | None = None
    customer_group: Reference | None = None
