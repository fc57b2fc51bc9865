"""What a project file says of those who work for the merchant."""

from handcart.domain.document import Draft
from handcart.domain.limits import Limits
from handcart.domain.staff import Identity


class RoleEntry(Draft):
    """A role of staff: a set of behaviours. Every project starts with the built-in ones."""

    key: str
    behaviours: tuple[str, ...]
    name: str | None = None
    limits: Limits | None = None


class StaffEntry(Draft):
    """A member of staff. Without a password only an identity provider lets somebody in, known by ``identity`` there."""

    username: str
    name: str
    roles: tuple[str, ...]
    password: str | None = None
    identity: Identity | None = None
