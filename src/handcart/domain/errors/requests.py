"""What any request may be refused for, whatever it is about: its form, its references, its version, its repetition."""

from dataclasses import dataclass
from typing import Any

from handcart.domain.errors.refusal import Malformed, Missing, Refusal, Stale, StateRefusal, Unacceptable

SHOWN_LENGTH_MAX = 256
SHOWN_DEPTH_MAX = 5


def _shown(value: Any, depth: int = 0) -> Any:
    """A client's value as a refusal repeats it: cut, for it may be megabytes long or nested past telling."""
    if isinstance(value, str):
        return value if len(value) <= SHOWN_LENGTH_MAX else f"{value[:SHOWN_LENGTH_MAX]}…"
    if isinstance(value, dict | list):
        if depth == SHOWN_DEPTH_MAX or len(value) > SHOWN_LENGTH_MAX:
            return "…"
        if isinstance(value, list):
            return [_shown(each, depth + 1) for each in value]
        return {_shown(name): _shown(each, depth + 1) for name, each in value.items()}
    return value


@dataclass(eq=False)
class InvalidInput(Malformed):
    """{detail}"""

    detail: str


@dataclass(eq=False)
class InvalidJsonInput(Malformed):
    """Request body does not contain valid JSON."""

    detailed_error_message: str


@dataclass(eq=False)
class RequiredField(Malformed):
    """A value is required for field {field}."""

    field: str


@dataclass(eq=False)
class InvalidField(Malformed):
    """The value {invalid_value} is not valid for field {field}."""

    field: str
    invalid_value: Any
    allowed_values: list[Any] | None = None

    def __post_init__(self) -> None:
        self.invalid_value = _shown(self.invalid_value)


@dataclass(eq=False)
class ResourceNotFound(Missing):
    """The Resource with ID {id} was not found."""

    id: str


@dataclass(eq=False)
class ReferencedResourceNotFound(Missing):
    """The referenced object of type {type_id} was not found. It either does not exist or cannot be accessed here."""

    type_id: str
    id: str | None = None
    key: str | None = None


@dataclass(eq=False)
class ConcurrentModification(Stale):
    """Object {id} has a different version than expected. Expected: {expected} - Actual: {current_version}."""

    id: str
    expected: int
    current_version: int


class AnswerPending(Stale):
    """A request with this Idempotency-Key is still being answered; repeat it in a moment."""


@dataclass(eq=False)
class TooManyListeners(Refusal):
    """There are {listeners_max} live streams already, which is the most that this server process has."""

    listeners_max: int


class TooManyOwnListeners(TooManyListeners):
    """You have {listeners_max} live streams already, which is the most that one person has."""


@dataclass(eq=False)
class NotImplementedYet(StateRefusal):
    """{feature} is part of the published interface but not implemented here yet."""

    feature: str


class IdempotencyKeyReused(StateRefusal):
    """This Idempotency-Key was used for another request."""


@dataclass(eq=False)
class IllegalMove(StateRefusal):
    """A {thing} cannot go from {state} to {target}."""

    thing: str
    state: str
    target: str


@dataclass(eq=False)
class DuplicateField(Unacceptable):
    """A duplicate value {duplicate_value} exists for field {field}."""

    field: str
    duplicate_value: Any


@dataclass(eq=False)
class ReferenceExists(Unacceptable):
    """Can not delete a resource while it is referenced by at least one {referenced_by}."""

    referenced_by: str


@dataclass(eq=False)
class LockedField(Unacceptable):
    """'{field}' is locked by another request. Please try again later."""

    field: str


@dataclass(eq=False)
class MaxResourceLimitExceeded(Unacceptable):
    """There are {resource_max} {exceeded_resource} already, which is the most that is possible."""

    exceeded_resource: str
    resource_max: int
