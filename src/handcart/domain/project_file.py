"""The project file: a whole project as one JSON document, which ``handcart load`` brings into the database.

Its sections hold what the wire's drafts hold, and an entry is known by its key. An entry takes effect when it is new or
has changed since it was last loaded. So loading a file again changes nothing, and never takes back what people have
done since: stock that was sold stays sold, a changed password stays changed.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from handcart.domain.document import encode
from handcart.domain.errors import ReferencedResourceNotFound, Refusal
from handcart.domain.json_place import line_of, path_of
from handcart.domain.project_file_sections import SECTIONS, ProjectEntry, Section, SettingsEntry

Decoded = TypeVar("Decoded")

_ABSENT = msgspec.Raw(b"null")
_AT_BYTE = re.compile(r"\(byte (\d+)\)")


class ProjectFileError(Exception):
    """Something in a project file is wrong: where (path and line), and what."""

    def __init__(self, text: bytes, path: str, problem: str, *, byte: int | None = None) -> None:
        self.path = path
        self.problem = problem
        self.line = line_of(text.decode(), path_of(path)) if byte is None else text.count(b"\n", 0, byte) + 1
        super().__init__(f"line {self.line}, {path}: {problem}")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a section. ``digest`` tells whether it changed; a person's password is not in it."""

    section: str
    place: int | None
    """None where the file has no list but one entry at most."""
    name: str
    draft: Any
    digest: bytes
    password: str | None = None

    @property
    def path(self) -> str:
        """Where it stands in the file."""
        return _path_of(self.section, self.place)


class ProjectFile(msgspec.Struct, frozen=True):
    """A project file taken apart: well-formed, its entries distinct, its references not yet looked up."""

    text: bytes
    project: ProjectEntry
    settings: SettingsEntry
    entries: dict[str, tuple[Entry, ...]]

    @property
    def digest(self) -> bytes:
        """Tells whether what the file says of the project itself changed."""
        return _digest((self.project, self.settings))

    def people(self) -> Iterator[Entry]:
        """Customers and staff that the file gives a password."""
        for section in ("customers", "staff"):
            yield from (each for each in self.entries[section] if each.password is not None)

    def all_passwords(self) -> str:
        """Every password of the file in one text, to be sealed by one slow hash: a fast one would betray them."""
        return encode([(each.section, each.name, each.password) for each in self.people()]).decode()

    def error(self, path: str, refusal: Refusal) -> ProjectFileError:
        """A refusal as an error of the file; where it names a field, it leads there."""
        if isinstance(refusal, ReferencedResourceNotFound):
            return ProjectFileError(self.text, path, f"There is no {refusal.type_id} {refusal.key or refusal.id}.")
        field = getattr(refusal, "field", None)
        return ProjectFileError(self.text, f"{path}.{field}" if field else path, refusal.message())


class _Sections(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """The file's outline; the entries are decoded one by one, so that an error names its entry."""

    project: msgspec.Raw
    welcome: tuple[str, ...] = ()
    settings: msgspec.Raw = msgspec.Raw(b"{}")
    api_clients: tuple[msgspec.Raw, ...] = ()
    roles: tuple[msgspec.Raw, ...] = ()
    identity_provider: msgspec.Raw = _ABSENT
    channels: tuple[msgspec.Raw, ...] = ()
    types: tuple[msgspec.Raw, ...] = ()
    tax_categories: tuple[msgspec.Raw, ...] = ()
    zones: tuple[msgspec.Raw, ...] = ()
    shipping_methods: tuple[msgspec.Raw, ...] = ()
    customer_groups: tuple[msgspec.Raw, ...] = ()
    product_types: tuple[msgspec.Raw, ...] = ()
    sites: tuple[msgspec.Raw, ...] = ()
    site_groups: tuple[msgspec.Raw, ...] = ()
    cart_discounts: tuple[msgspec.Raw, ...] = ()
    discount_codes: tuple[msgspec.Raw, ...] = ()
    products: tuple[msgspec.Raw, ...] = ()
    inventory: tuple[msgspec.Raw, ...] = ()
    customers: tuple[msgspec.Raw, ...] = ()
    business_units: tuple[msgspec.Raw, ...] = ()
    staff: tuple[msgspec.Raw, ...] = ()
    carts: tuple[msgspec.Raw, ...] = ()


class _Welcome(msgspec.Struct, frozen=True):
    welcome: tuple[str, ...] = ()


def welcome_in(text: bytes) -> tuple[str, ...]:
    """What the file says to whoever has started a server with it, line by line; nothing where it is no project file."""
    try:
        return msgspec.json.decode(text, type=_Welcome).welcome
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()


def read_project_file(text: bytes) -> ProjectFile:
    """The file taken apart. Raises ProjectFileError for what is no project file, saying where it is not."""
    sections = _sections_of(text)
    return ProjectFile(
        text,
        _decoded(text, "$.project", sections.project, ProjectEntry),
        _decoded(text, "$.settings", sections.settings, SettingsEntry),
        {each.name: _entries_of(text, each, _raws_of(sections, each)) for each in SECTIONS},
    )


def _raws_of(sections: _Sections, section: Section) -> Sequence[msgspec.Raw]:
    found: Any = getattr(sections, section.attribute)
    if section.is_single:
        return () if bytes(found) == bytes(_ABSENT) else (found,)
    raws: Sequence[msgspec.Raw] = found
    return raws


def _path_of(section: str, place: int | None) -> str:
    return f"$.{section}" if place is None else f"$.{section}[{place}]"


def _sections_of(text: bytes) -> _Sections:
    try:
        text.decode()
        return _decoded(text, "$", text, _Sections)
    except UnicodeDecodeError as error:
        raise ProjectFileError(text, "$", "This is not UTF-8.", byte=error.start) from None
    except msgspec.DecodeError as error:
        found = _AT_BYTE.search(str(error))
        raise ProjectFileError(text, "$", str(error), byte=int(found[1]) if found else len(text)) from None


def _entries_of(text: bytes, section: Section, raws: Sequence[msgspec.Raw]) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for number, raw in enumerate(raws):
        place = None if section.is_single else number
        path = _path_of(section.name, place)
        draft = _decoded(text, path, raw, section.draft)
        name = section.name_of(draft)
        if not name:
            raise ProjectFileError(text, path, f"An entry needs a {section.named_by}, to be found again by.")
        if name in entries:
            raise ProjectFileError(text, path, f"{name} is already the {section.named_by} of {entries[name].path}.")
        password = getattr(draft, "password", None)
        public = draft if password is None else replace(draft, password=None)
        entries[name] = Entry(
            section=section.name, place=place, name=name, draft=draft, digest=_digest(public), password=password
        )
    return tuple(entries.values())


def _decoded(text: bytes, path: str, part: bytes | msgspec.Raw, kind: type[Decoded]) -> Decoded:
    try:
        return msgspec.json.decode(part, type=kind)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at `$")
        raise ProjectFileError(text, path + where.rstrip("`"), problem) from None
    except RecursionError:
        raise ProjectFileError(text, "$", "It is nested too deeply.", byte=0) from None
    except Refusal as refusal:
        raise ProjectFileError(text, path, refusal.message()) from None


def _digest(value: object) -> bytes:
    return hashlib.sha256(encode(value)).digest()
