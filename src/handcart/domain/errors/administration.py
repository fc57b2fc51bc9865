"""What is refused to whoever looks after products, customers, staff and webhooks."""

from dataclasses import dataclass
from typing import Any

from handcart.domain.errors.refusal import StateRefusal, Unacceptable


@dataclass(eq=False)
class DuplicatePriceScope(Unacceptable):
    """The variant {variant_id} has several prices for the same currency, country, group, channel and time."""

    variant_id: int
    conflicting_prices: list[dict[str, Any]]


@dataclass(eq=False)
class VariantNotFound(StateRefusal):
    """The product has no variant {variant}."""

    variant: int | str


@dataclass(eq=False)
class PriceNotFound(StateRefusal):
    """The product has no price with the ID {price_id}."""

    price_id: str


class MasterVariantNeeded(StateRefusal):
    """The master variant of a product cannot be removed."""


class PublishedProduct(StateRefusal):
    """A published product cannot be deleted; unpublish it first."""


class CustomerNumberFixed(StateRefusal):
    """The customer number is set and cannot be changed."""


@dataclass(eq=False)
class WebhookDeliveryUnderWay(StateRefusal):
    """The delivery {id} is still attempted; it can be resent when it was delivered or has failed."""

    id: str


class LastAdministrator(StateRefusal):
    """Nobody would be left who may administer staff (admin:staff)."""
