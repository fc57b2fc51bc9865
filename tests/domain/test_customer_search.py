"""What a question for a customer asks for."""

import pytest

from handcart.domain.customer_search import significant_digits, terms_of
from handcart.domain.errors import RequiredField


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+49 (0)170 1-23", "49170123"),
        ("0049170123", "49170123"),
        ("0170 / 123", "170123"),
        ("(555) 010.42", "55501042"),
        ("call me", ""),
        ("000", ""),
    ],
)
def test_a_number_is_its_digits_without_what_is_dialled_before_it(phone: str, digits: str) -> None:
    assert significant_digits(phone) == digits


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Wade", ["wade"]),
        ("  Müller   ÄÖ ", ["muller", "ao"]),
        ("smith & sons", ["smith", "sons"]),
        ("smith 0170 12-34 acme", ["1701234", "smith", "acme"]),
        ("+49 (0) 170 - 12 34", ["491701234"]),
        ("100001", ["100001"]),
        ("wade wade", ["wade"]),
        ("a b c d e f g h i j", ["a", "b", "c", "d", "e", "f", "g", "h"]),
    ],
)
def test_a_question_is_its_words_and_numbers_the_longest_first(question: str, texts: list[str]) -> None:
    assert [each.text for each in terms_of(question)] == texts


@pytest.mark.parametrize("question", [None, "", " ", "&", "- / -", "\0\n"])
def test_a_question_without_a_word_is_none(question: str | None) -> None:
    with pytest.raises(RequiredField):
        terms_of(question)


@pytest.mark.parametrize(
    ("word", "number"),
    [("100001", "100001"), ("#2026/11", "2026/11"), ("B-77a", "B-77a"), ("100", None), ("wade", None)],
)
def test_a_word_with_a_digit_may_begin_an_orders_number_as_it_is_written(word: str, number: str | None) -> None:
    (term,) = terms_of(word)
    assert term.order_number == number


def test_a_foreign_number_may_be_kept_without_its_countrys_prefix() -> None:
    (term,) = terms_of("+49 170 1234567")
    assert "1701234567" in term.phones
    assert terms_of("12345")[0].phones == ()


def test_only_words_have_other_spellings() -> None:
    assert terms_of("waed")[0].spellings == ("waed", "awed", "wead", "wade")
    assert terms_of("01701234")[0].spellings == ()
