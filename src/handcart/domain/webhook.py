"""Webhooks: a project's subscriptions, and the deliveries of what happened, with every attempt (B-O11)."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from handcart.domain.document import Document, Draft, Timestamp, timestamp_of
from handcart.domain.errors import InvalidField, ResourceNotFound, WebhookDeliveryUnderWay
from handcart.domain.references import Reference

WebhookEvent = Literal["orderSubmit", "cartMerge"]
DeliveryState = Literal["Pending", "Delivered", "Failed"]

EVENTS: tuple[WebhookEvent, ...] = get_args(WebhookEvent)
STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)
SOURCE_KINDS: dict[WebhookEvent, str] = {"orderSubmit": "order", "cartMerge": "merge"}

RETRY_DELAYS = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 3600))
"""The pauses after each attempt that failed; after the last of these attempts the delivery has failed."""

OVERLAP_HOURS, OVERLAP_HOURS_MAX = 24, 168
DELIVER = "DeliverWebhook"
"""The name of the job that makes an attempt."""

URL_LENGTH_MAX = 2_000
SHOWN_RESPONSE_MAX = 1_000
"""How many characters of a receiver's answer are kept."""


class Webhook(Document):
    """A subscription as it is stored and answered. Its secrets are not in it."""

    event: WebhookEvent
    version: int
    url: str
    enabled: bool
    created_at: Timestamp
    last_modified_at: Timestamp
    former_secret_until: Timestamp | None = None
    """Until when every delivery is signed with the secret before the last rotation as well."""


class WebhookWithSecret(Document):
    """The answer that shows a new secret, once; each receiver verifies the signatures with it."""

    event: WebhookEvent
    version: int
    url: str
    enabled: bool
    created_at: Timestamp
    last_modified_at: Timestamp
    secret: str
    former_secret_until: Timestamp | None = None


class WebhookRequest(Draft):
    """What an administrator sets. ``version`` is the one that was read, where there is one; ``event`` is ignored."""

    url: str
    enabled: bool | None = None
    version: int | None = None


class RotationRequest(Draft):
    """A new secret; for so many hours the one before it signs too, and 0 ends it at once, as after a leak."""

    overlap_hours: int | None = None


class Attempt(Document):
    """One call of a receiver. ``status`` is its HTTP status; ``error`` says why there is none."""

    at: Timestamp
    milliseconds: int
    status: int | None = None
    error: str | None = None
    response: str | None = None


class Delivery(Document):
    """What a receiver is to be told, and every attempt; ``id`` is the ``webhook-id`` of all of them.

    ``tries`` counts the attempts since it was queued or resent; ``nextAttemptAt`` is there while it is Pending.
    """

    id: str
    version: int
    event: WebhookEvent
    state: DeliveryState
    source: Reference
    created_at: Timestamp
    last_modified_at: Timestamp
    attempts: tuple[Attempt, ...]
    tries: int
    next_attempt_at: Timestamp | None = None


class DeliveryDue(msgspec.Struct, frozen=True, rename="camel"):
    """What is queued: a delivery at a version. At any other one it was attempted already, and the job is void."""

    project: str
    id: str
    version: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of calling a receiver."""

    status: int | None = None
    error: str | None = None
    response: str | None = None

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


def event_named(name: str) -> WebhookEvent:
    """The event that a path names. Raises ResourceNotFound."""
    for event in EVENTS:
        if event == name:
            return event
    raise ResourceNotFound(id=name)


def check_url(url: str) -> str:
    """A receiver's address: ``http`` or ``https``, with a host and without credentials. Raises InvalidField."""
    refusal = InvalidField(field="url", invalid_value=url)
    if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise refusal
    try:
        parts = urlsplit(url)
        is_port_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise refusal from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or not is_port_valid:
        raise refusal
    return url


def secret_from(chance: str) -> str:
    """A secret as Standard Webhooks writes it, of at least 24 random bytes."""
    return f"whsec_{b64encode(chance.encode()).decode()}"


def new_webhook(event: WebhookEvent, request: WebhookRequest, now: datetime) -> Webhook:
    """The subscription that a request asks for; enabled unless it says otherwise. Raises InvalidField."""
    at = timestamp_of(now)
    return Webhook(
        event=event,
        version=1,
        url=check_url(request.url),
        enabled=request.enabled is not False,
        created_at=at,
        last_modified_at=at,
    )


def changed_webhook(webhook: Webhook, request: WebhookRequest, now: datetime) -> Webhook:
    """The subscription after a request; itself where nothing changes. Raises InvalidField."""
    enabled = webhook.enabled if request.enabled is None else request.enabled
    url = check_url(request.url)
    if (url, enabled) == (webhook.url, webhook.enabled):
        return webhook
    return replace(webhook, version=webhook.version + 1, url=url, enabled=enabled, last_modified_at=timestamp_of(now))


def rotated_webhook(webhook: Webhook, request: RotationRequest, now: datetime) -> Webhook:
    """The subscription after its secret was replaced. Raises InvalidField for an overlap of more than a week."""
    hours = OVERLAP_HOURS if request.overlap_hours is None else request.overlap_hours
    if not 0 <= hours <= OVERLAP_HOURS_MAX:
        raise InvalidField(field="overlapHours", invalid_value=hours)
    return replace(
        webhook,
        version=webhook.version + 1,
        last_modified_at=timestamp_of(now),
        former_secret_until=timestamp_of(now + timedelta(hours=hours)) if hours else None,
    )


def with_secret(webhook: Webhook, secret: str) -> WebhookWithSecret:
    """The answer that shows the secret."""
    fields = {name: getattr(webhook, name) for name in Webhook.__struct_fields__}
    return WebhookWithSecret(secret=secret, **fields)


def new_delivery(event: WebhookEvent, source_id: str, *, delivery_id: str, now: datetime) -> Delivery:
    """A delivery of what happened to that order, or of that merge."""
    at = timestamp_of(now)
    return Delivery(
        id=delivery_id,
        version=1,
        event=event,
        state="Pending",
        source=Reference(type_id=SOURCE_KINDS[event], id=source_id),
        created_at=at,
        last_modified_at=at,
        attempts=(),
        tries=0,
        next_attempt_at=at,
    )


def attempted(delivery: Delivery, attempt: Attempt, delays: Sequence[timedelta], now: datetime) -> Delivery:
    """The delivery after an attempt: delivered, to be tried again after the pause that is due, or failed."""
    tries = delivery.tries + 1
    is_delivered = Outcome(status=attempt.status).is_delivered
    is_over = is_delivered or tries > len(delays)
    return replace(
        delivery,
        version=delivery.version + 1,
        state="Delivered" if is_delivered else "Failed" if is_over else "Pending",
        last_modified_at=timestamp_of(now),
        attempts=(*delivery.attempts, attempt),
        tries=tries,
        next_attempt_at=None if is_over else timestamp_of(now + delays[tries - 1]),
    )


def resent(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery, to be attempted anew. Raises WebhookDeliveryUnderWay for one that is Pending."""
    if delivery.state == "Pending":
        raise WebhookDeliveryUnderWay(id=delivery.id)
    at = timestamp_of(now)
    return replace(
        delivery, version=delivery.version + 1, state="Pending", last_modified_at=at, tries=0, next_attempt_at=at
    )
