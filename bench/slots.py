"""What differs from one prepared item to the next: the ids and names that end in the item's number.

The same slot is spelled three ways: as text in a cart that is copied, as bytes in a request that is sent, and as an
expression over a variable in a statement that pgbench runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

DIGITS = 12


@dataclass(frozen=True)
class Variable:
    """A number that follows from the item's: ``(times * item + plus) % modulo``."""

    name: str
    times: int = 1
    plus: int = 0
    modulo: int = 10**DIGITS

    def value(self, item: int) -> int:
        """The number for an item."""
        return (self.times * item + self.plus) % self.modulo

    @property
    def in_pgbench(self) -> str:
        """The same for pgbench."""
        return f"(:item * {self.times} + {self.plus}) % {self.modulo}"


ITEM = Variable("i")


@dataclass(frozen=True)
class Slot:
    """A text that ends in a number: ``BENCH-`` and ``0017``. A ``is_uuid`` slot is a UUID written so."""

    lead: str
    variable: Variable = ITEM
    width: int = DIGITS
    is_uuid: bool = False

    def text(self, item: int) -> str:
        """The text for an item."""
        return f"{self.lead}{self.variable.value(item):0{self.width}d}"

    def value(self, item: int) -> str | UUID:
        """What a driver is given for an item."""
        return UUID(self.text(item)) if self.is_uuid else self.text(item)

    @property
    def sql(self) -> str:
        """The same in a statement of pgbench, which knows only whole numbers."""
        lead = self.lead.replace(":", "' || chr(58) || '")  # pgbench sees variables in quotes too
        text = f"('{lead}' || lpad(:{self.variable.name}, {self.width}, '0'))"
        return f"{text}::uuid" if self.is_uuid else text

    @property
    def in_request(self) -> str:
        """The same in a request, where ``%(i)`` stands for the item's number; only for that number."""
        return f"{self.lead}%(i)0{self.width}d"

    def after(self, lead: str) -> "Slot":
        """The same with more before it."""
        return Slot(lead + self.lead, self.variable, self.width)


def id_slot(family: int) -> Slot:
    """The id of an item; each family of things has its own range."""
    return Slot(f"00000000-0000-4000-8{family:03d}-", is_uuid=True)


def slotted(value: object, known: Mapping[str, Slot]) -> object:
    """A statement's argument with a slot in place of what names the item; the argument itself where nothing does."""
    if isinstance(value, UUID):
        return known.get(str(value), value)
    if isinstance(value, str):
        for text, slot in known.items():
            if value.endswith(text):
                return slot.after(value.removesuffix(text))
        return value
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [slotted(each, known) for each in value]
    return value
