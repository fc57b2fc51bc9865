"""When a promotion holds: its dates, whether it is switched on, and which carts may have it."""

from typing import Any

from handcart.domain.document import Timestamp, timestamp_from
from handcart.domain.errors import InvalidField
from handcart.domain.predicate import CART_FIELDS, parsed
from handcart.domain.products.building import Building
from handcart.domain.resources.action import ResourceAction, changed


def check_cart_predicate(text: str) -> str:
    """The predicate over carts. Raises InvalidInput for one that cannot be understood."""
    parsed(text, CART_FIELDS, field="cartPredicate")
    return text


def dates_from(since: str | None, until: str | None) -> dict[str, Timestamp | None]:
    """Both dates in the wire's spelling, as fields. Raises InvalidField unless the first is before the second."""
    found = {
        "valid_from": timestamp_from(since, field="validFrom"),
        "valid_until": timestamp_from(until, field="validUntil"),
    }
    if found["valid_from"] and found["valid_until"] and found["valid_from"] >= found["valid_until"]:
        raise InvalidField(field="validUntil", invalid_value=until)
    return found


class SetValidFrom(ResourceAction, tag="setValidFrom"):
    """The instant from which it holds; without one it holds already."""

    valid_from: str | None = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField."""
        return changed(resource, **dates_from(self.valid_from, resource.valid_until))


class SetValidUntil(ResourceAction, tag="setValidUntil"):
    """The instant at which it holds no longer; without one it has no end."""

    valid_until: str | None = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField."""
        return changed(resource, **dates_from(resource.valid_from, self.valid_until))


class SetValidFromAndUntil(ResourceAction, tag="setValidFromAndUntil"):
    """Both ends of its time at once."""

    valid_from: str | None = None
    valid_until: str | None = None

    def apply(self, resource: Any, building: Building) -> Any:
        """Raises InvalidField."""
        return changed(resource, **dates_from(self.valid_from, self.valid_until))


class ChangeIsActive(ResourceAction, tag="changeIsActive"):
    """Switch it on or off, whatever its dates say."""

    is_active: bool

    def apply(self, resource: Any, building: Building) -> Any:
        """Never refused."""
        return changed(resource, is_active=self.is_active)
