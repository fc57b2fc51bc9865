"""Members of staff and roles as they are administered: what is sent, what is answered, and what is refused."""

from collections.abc import Collection, Iterable

from handcart.domain.customer import check_password
from handcart.domain.document import Document, Draft
from handcart.domain.errors import InvalidField, ResourceNotFound
from handcart.domain.limits import Limits, check_limits
from handcart.domain.permissions import BEHAVIOURS
from handcart.domain.scim import Attribute, Values
from handcart.domain.updates.attributes import check_key

USERNAME_LENGTH_MAX = 512
"""Room for a subject of 255 characters beside its issuer's name, which is what some are called by."""

NAME_LENGTH_MAX = 256
SUBJECT_LENGTH_MAX = 255

MEMBER_ATTRIBUTES = (Attribute("username", True), Attribute("id", True), Attribute("name", False))
ROLE_ATTRIBUTES = (Attribute("key", True), Attribute("id", True), Attribute("name", False))


class Identity(Draft):
    """Who somebody is to an identity provider: there the subject is unique, and never given to another."""

    issuer: str
    subject: str


class Member(Document):
    """A member of staff as it is answered; of a password only that there is one."""

    id: str
    username: str
    name: str
    roles: tuple[str, ...]
    has_password: bool
    identity: Identity | None = None

    def values(self) -> Values:
        """What a filter finds it by."""
        return {"id": (self.id,), "username": (self.username,), "name": (self.name,)}


class Role(Document):
    """A role as it is answered; its key is its id."""

    key: str
    name: str
    behaviours: tuple[str, ...]
    limits: Limits | None = None

    def values(self) -> Values:
        """What a filter finds it by."""
        return {"id": (self.key,), "key": (self.key,), "name": (self.name,)}


class RoleRequest(Draft):
    """A role as it is to be; what is left out is not there afterwards. ``key`` may repeat the path's."""

    behaviours: tuple[str, ...]
    key: str | None = None
    name: str | None = None
    limits: Limits | None = None


class MemberRequest(Draft):
    """A member of staff as it is to be, but a password and an identity that are left out stay as they are."""

    name: str
    roles: tuple[str, ...]
    username: str | None = None
    password: str | None = None
    identity: Identity | None = None


def role_from(key: str, request: RoleRequest) -> Role:
    """The role that a request asks for. Raises InvalidField."""
    check_key(key)
    if request.key not in (None, key):
        raise InvalidField(field="key", invalid_value=request.key, allowed_values=[key])
    check_name(request.name)
    behaviours = checked_behaviours(request.behaviours)
    check_limits(request.limits)
    return Role(key=key, name=request.name or key, behaviours=behaviours, limits=request.limits)


def checked_behaviours(behaviours: Iterable[str]) -> tuple[str, ...]:
    """The behaviours, each once, in order. Raises InvalidField for one that does not exist."""
    wanted = sorted(set(behaviours))
    for each in wanted:
        if each not in BEHAVIOURS:
            raise InvalidField(field="behaviours", invalid_value=each, allowed_values=sorted(BEHAVIOURS))
    return tuple(wanted)


def check_member(username: str, request: MemberRequest) -> None:
    """Refuse a name that nobody could type or read, and a password that would not be used.

    Raises InvalidField, and InvalidInput about the password, which is not repeated.
    """
    if not is_username(username):
        raise InvalidField(field="username", invalid_value=username)
    if request.username not in (None, username):
        raise InvalidField(field="username", invalid_value=request.username, allowed_values=[username])
    check_name(request.name)
    if request.password is not None:
        check_password(request.password)
    if request.identity is not None:
        check_identity(request.identity)


def check_identity(identity: Identity) -> None:
    """Refuse what no provider could say. Raises InvalidField."""
    for field, text in (("identity.issuer", identity.issuer), ("identity.subject", identity.subject)):
        if not 1 <= len(text) <= SUBJECT_LENGTH_MAX or not text.isprintable():
            raise InvalidField(field=field, invalid_value=text)


def check_roles(roles: Iterable[str], known: Collection[str]) -> None:
    """Refuse a role that the project does not have. Raises InvalidField."""
    for each in roles:
        if each not in known:
            raise InvalidField(field="roles", invalid_value=each, allowed_values=sorted(known))


def check_name(name: str | None) -> None:
    """Refuse an empty name, an endless one, and one with control characters. Raises InvalidField."""
    if name is not None and not (1 <= len(name) <= NAME_LENGTH_MAX and name.isprintable()):
        raise InvalidField(field="name", invalid_value=name)


def is_username(text: str) -> bool:
    """Whether somebody may be called that: printable, and without blanks around it."""
    return 1 <= len(text) <= USERNAME_LENGTH_MAX and text.isprintable() and text == text.strip()


def known_username(text: str) -> str:
    """A name as a path has it. Raises ResourceNotFound for what nobody is called."""
    if not is_username(text):
        raise ResourceNotFound(id=text[:USERNAME_LENGTH_MAX])
    return text
