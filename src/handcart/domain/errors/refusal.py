"""What every refusal is, and the families whose status the edge knows. Below each stand those of the areas."""

from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """The request cannot be fulfilled."""

    def message(self) -> str:
        """The class's docstring with the instance's fields filled in; of a list the entries, between commas."""
        text = (type(self).__doc__ or "").partition("\n")[0]
        told = {
            name: ", ".join(map(str, value)) if isinstance(value, list) else value
            for name, value in self.details().items()
        }
        return text.format(**told)

    def details(self) -> dict[str, Any]:
        """The fields by their Python names."""
        return {name: getattr(self, name) for name in getattr(self, "__dataclass_fields__", ())}

    def __str__(self) -> str:
        return self.message()


class Malformed(Refusal):
    """The request is malformed."""


class Missing(Refusal):
    """There is no such thing, as far as this caller may know."""


class Unauthorised(Refusal):
    """The caller may not do this."""


class Stale(Refusal):
    """The request was decided on an older state of things."""


class OAuthRefusal(Refusal):
    """The token request is refused."""


class Unacceptable(Refusal):
    """The state of things forbids this."""


@dataclass(eq=False)
class InvalidOperation(Unacceptable):
    """{detail}"""

    detail: str


class StateRefusal(Unacceptable):
    """An InvalidOperation whose reason is the class's name."""
