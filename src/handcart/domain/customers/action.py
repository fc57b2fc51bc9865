"""What every update action of a customer has in common."""

from handcart.domain.acting import Acting
from handcart.domain.customer import Customer
from handcart.domain.document import Draft


class CustomerAction(Draft, tag_field="action"):
    """One change of a customer, as the wire names it."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """The customer after this change; the same object where it changes nothing."""
        raise NotImplementedError
