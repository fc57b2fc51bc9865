"""Finding a customer while the phone rings: what each is found by, and what a question asks for.

What a customer is found by is one text of its row, a line for each field, kept with the document by every write. A line
begins with a capital letter and a colon, which no folded text has, so that a question can never ask for them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

import msgspec

from handcart.domain.customer import Customer
from handcart.domain.document import Document
from handcart.domain.errors import RequiredField
from handcart.domain.ids import is_uuid
from handcart.domain.products.search import folded
from handcart.domain.shipping import BusinessUnit

WORDS_MAX = 8
WORD_LENGTH_MAX = 100
ORDER_NUMBER_LENGTH_MIN = 4
"""Fewer characters of an order number than this say nothing about whose it is."""
COUNTRY_CODE_LENGTH_MAX = 3
PHONE_LENGTH_MIN = 6
"""So many digits have to be left of a number when its country's prefix is taken off."""

FIELDS = {
    "E": "email",
    "F": "firstName",
    "M": "middleName",
    "L": "lastName",
    "C": "companyName",
    "P": "phone",
    "N": "customerNumber",
}
"""What ``matchedOn`` calls the lines of the text."""

_DIALLED = re.compile(r"[+(]*[0-9][0-9()./+-]*\Z")


class FoundCustomer(Document):
    """A customer as a search answers it, and on which fields it was found.

    ``order_number`` and ``business_units`` are there where they led to the customer. ``approximate``: only something
    that is spelled alike was found.
    """

    id: str
    email: str
    matched_on: tuple[str, ...]
    key: str | None = None
    customer_number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    phone: str | None = None
    order_number: str | None = None
    business_units: tuple[str, ...] = ()
    approximate: bool = False


class Term(msgspec.Struct, frozen=True):
    """One word, or one telephone number however many words it was typed in. Folded, but for ``order_number``."""

    text: str
    anywhere: tuple[str, ...]
    """What a line may contain; one of these is enough."""
    phones: tuple[str, ...] = ()
    """What a telephone number without its country's prefix may be as a whole."""
    order_number: str | None = None
    """With what an order's number may begin."""

    @property
    def is_long(self) -> bool:
        """Whether it may stand anywhere. One or two letters are in nearly every text: they have to begin a word."""
        return is_long(self.text)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The word, and what it would be if two neighbouring letters had been swapped; none for a number."""
        text = self.text
        if text.isdigit():
            return ()
        swaps = (text[:n] + text[n + 1] + text[n] + text[n + 2 :] for n in range(min(len(text), 12) - 1))
        return tuple(dict.fromkeys((text, *swaps)))


def is_long(text: str) -> bool:
    """Whether a text says something wherever it stands: it is more than two letters, or of a script whose letters are
    words.
    """
    return len(text) > 2 or not text.isascii()


def searchable_text(customer: Customer) -> str:
    """What the customer is found by; of its addresses the companies and the telephone numbers."""
    addresses = customer.addresses
    lines = [
        ("E", customer.email),
        ("F", customer.first_name),
        ("M", customer.middle_name),
        ("L", customer.last_name),
        ("N", customer.customer_number),
        ("C", customer.company_name),
        *(("C", each.company) for each in addresses),
    ]
    texts = [f"{tag}:{words}\n" for tag, text in lines if text and (words := _one_line(text))]
    phones = (number for each in addresses for number in (each.phone, each.mobile) if number)
    texts += [f"P:{digits}\n" for each in phones if (digits := significant_digits(each))]
    return "".join(dict.fromkeys(texts))


def _one_line(text: str) -> str:
    return " ".join(_printable(folded(text)).split())


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)


def significant_digits(phone: str) -> str:
    """The digits of a telephone number without what is dialled before it: +49 (0)170 1-23, 0049170123 → 49170123."""
    return re.sub(r"[^0-9]", "", phone.replace("(0)", "")).lstrip("0")


def phone_of(customer: Customer) -> str | None:
    """The telephone number to show: that of the default addresses, else the first there is."""
    defaults = (customer.default_shipping_address_id, customer.default_billing_address_id)
    addresses = sorted(customer.addresses, key=lambda each: each.id not in defaults)
    return next((number for each in addresses for number in (each.phone, each.mobile) if number), None)


def company_of(customer: Customer) -> str | None:
    """The company to show: the customer's own, else that of the first address with one."""
    return customer.company_name or next((each.company for each in customer.addresses if each.company), None)


def found_customer(
    customer: Customer,
    *,
    fields: tuple[str, ...],
    order_number: str | None = None,
    business_units: tuple[str, ...] = (),
    approximate: bool = False,
) -> FoundCustomer:
    """The customer as a search answers it; ``fields`` are those of its own row that it was found on."""
    elsewhere = (("orderNumber", order_number), ("businessUnit", business_units))
    return FoundCustomer(
        id=customer.id,
        key=customer.key,
        customer_number=customer.customer_number,
        email=customer.email,
        first_name=customer.first_name,
        last_name=customer.last_name,
        company_name=company_of(customer),
        phone=phone_of(customer),
        matched_on=(*fields, *(name for name, led_here in elsewhere if led_here)),
        order_number=order_number,
        business_units=business_units,
        approximate=approximate,
    )


def terms_of(question: str | None) -> list[Term]:
    """What a question asks for, the longest term first, for that one narrows most. Raises RequiredField."""
    terms: list[Term] = []
    number: list[str] = []
    words = (each for each in _printable(question or "").split() if any(map(str.isalnum, each)))
    for word in islice(words, WORDS_MAX):
        if _DIALLED.match(folded(word)):
            number.append(word[:WORD_LENGTH_MAX])
            continue
        terms += [*_number_term(number), _word_term(word[:WORD_LENGTH_MAX])]
        number = []
    terms += _number_term(number)
    terms = [each for each in dict.fromkeys(terms) if each.text]
    if not terms:
        raise RequiredField(field="q")
    return sorted(terms, key=lambda each: -len(each.text))


def _word_term(word: str) -> Term:
    text = _one_line(word)
    return Term(text, (text,), order_number=_order_number(word))


def _number_term(words: list[str]) -> list[Term]:
    """The term for neighbouring words of digits and what stands between digits; nothing for no words."""
    if not words:
        return []
    digits = significant_digits("".join(words))
    anywhere = [digits] if digits else []
    if len(words) == 1:
        # A single one may be part of anything: a customer number, an e-mail address.
        anywhere.insert(0, folded(words[0]))
    shorter = (digits[length:].lstrip("0") for length in range(1, COUNTRY_CODE_LENGTH_MAX + 1))
    phones = tuple(dict.fromkeys(each for each in shorter if len(each) >= PHONE_LENGTH_MIN))
    order_number = _order_number(words[0]) if len(words) == 1 else None
    return [Term(digits or folded(words[0]), tuple(dict.fromkeys(anywhere)), phones, order_number)]


def _order_number(word: str) -> str | None:
    number = word.removeprefix("#")
    is_one = len(number) >= ORDER_NUMBER_LENGTH_MIN and any(each.isdigit() for each in number)
    return number if is_one else None


_folded_name = lru_cache(maxsize=20_000)(folded)


def associates_named(terms: list[Term], units: Iterable[BusinessUnit]) -> list[tuple[int, str, str]]:
    """The customers of the company accounts whose names a term is in: the term's place, the customer's id, the name."""
    found: list[tuple[int, str, str]] = []
    for unit in units:
        name = _folded_name(unit.name)
        for place, term in enumerate(terms):
            if term.text in name if term.is_long else f" {term.text}" in f" {name}":
                ids = (str(each["customer"]["id"]) for each in unit.associates)
                found += [(place, each, unit.name) for each in ids if is_uuid(each)]
    return found
