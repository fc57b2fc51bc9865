"""The language of ``where``: what is understood, and where it says that something is wrong."""

import pytest

from handcart.domain.errors import InvalidInput
from handcart.domain.where import All, Condition, Either, Not, Predicate, Value, parse_predicate
from handcart.domain.where_page import Sort, request_of

TEXT, NUMBER, BOOLEAN, VARIABLE = "string", "number", "boolean", "variable"


def condition(path: str, operator: str, *values: str, kind: str = TEXT, at: int = 0) -> Condition:
    return Condition(path, operator, tuple(Value(each, kind) for each in values), at)


A, B, C = (condition(name, "=", name, at=at) for name, at in (("a", 0), ("b", 10), ("c", 20)))

UNDERSTOOD: list[tuple[str, Predicate]] = [
    ('key = "cart-1"', condition("key", "=", "cart-1")),
    ('key="cart-1"', condition("key", "=", "cart-1")),
    ('key <> "x"', condition("key", "!=", "x")),
    ('key != "x"', condition("key", "!=", "x")),
    ("version >= 3", condition("version", ">=", "3", kind=NUMBER)),
    ("version < -1.5", condition("version", "<", "-1.5", kind=NUMBER)),
    ("active = true", condition("active", "=", "true", kind=BOOLEAN)),
    ('key in ("a", "b")', condition("key", "in", "a", "b")),
    ('key not in ("a")', condition("key", "not in", "a")),
    ('roles contains any ("a", "b")', condition("roles", "contains any", "a", "b")),
    ('roles contains all ("a")', condition("roles", "contains all", "a")),
    ("customerId is defined", condition("customerId", "is defined")),
    ("customerId is not defined", condition("customerId", "is not defined")),
    ('store(key = "siteA")', condition("store.key", "=", "siteA", at=6)),
    ('`in` = "x"', condition("in", "=", "x")),
    ("key = :k", condition("key", "=", "one", kind=VARIABLE)),
    ("key in :ks", condition("key", "in", "one", "two", kind=VARIABLE)),
    (r'key = "say \"hi\" \\ é"', condition("key", "=", 'say "hi" \\ é')),
    ('key IN ("a")', condition("key", "in", "a")),
    ("not(key is defined)", Not(condition("key", "is defined", at=4))),
]


@pytest.mark.parametrize(("text", "predicate"), UNDERSTOOD, ids=[text for text, _ in UNDERSTOOD])
def test_a_predicate_is_understood(text: str, predicate: Predicate) -> None:
    assert parse_predicate(text, {"k": ["one"], "ks": ["one", "two"]}) == predicate


def test_and_binds_stronger_than_or() -> None:
    assert parse_predicate('a = "a" or b = "b" and c = "c"', {}) == Either(
        (A, All((condition("b", "=", "b", at=11), condition("c", "=", "c", at=23))))
    )


def test_brackets_come_first() -> None:
    assert parse_predicate('(a = "a" or b = "b") and c = "c"', {}) == All(
        (
            Either((condition("a", "=", "a", at=1), condition("b", "=", "b", at=12))),
            condition("c", "=", "c", at=25),
        )
    )


def test_brackets_after_a_field_hold_a_whole_predicate_about_what_is_within() -> None:
    assert parse_predicate('store(key = "a" or key is not defined)', {}) == Either(
        (condition("store.key", "=", "a", at=6), condition("store.key", "is not defined", at=19))
    )


MALFORMED = [
    ("", 1),
    ("key", 4),
    ("key =", 6),
    ('= "x"', 1),
    ('key = "x', 7),
    ('key = "x" and', 14),
    ('key = "x" key = "y"', 11),
    ('(key = "x"', 11),
    ('key in ("a" "b")', 13),
    ("key in ()", 9),
    ("key is nothing", 8),
    ("key is not", 11),
    ('key contains ("a")', 14),
    ("key = :unknown", 7),
    ("key = :none", 7),
    ("key = :two", 7),
    ("key = 1.", 7),
    ("key ~ 1", 5),
    ('key = "a"; DROP TABLE carts', 10),
]


@pytest.mark.parametrize(("text", "position"), MALFORMED, ids=[text or "(empty)" for text, _ in MALFORMED])
def test_what_is_malformed_is_refused_with_its_position(text: str, position: int) -> None:
    with pytest.raises(InvalidInput, match=rf"^Malformed parameter: where: .* at position {position}\.$"):
        parse_predicate(text, {"none": [], "two": ["a", "b"]})


def test_brackets_are_nested_as_deep_as_anybody_needs_and_no_deeper() -> None:
    assert parse_predicate("(" * 40 + 'key = "x"' + ")" * 40, {}) == condition("key", "=", "x", at=40)
    with pytest.raises(InvalidInput, match="nested deeper than 40 at position 41"):
        parse_predicate("(" * 4000 + 'key = "x"' + ")" * 4000, {})


def test_a_predicate_is_not_endless() -> None:
    with pytest.raises(InvalidInput, match="longer than 10000 characters"):
        parse_predicate('key = "' + "x" * 10_000 + '"', {})


def test_a_query_without_parameters_is_a_first_page_of_twenty_with_its_total() -> None:
    request = request_of({})
    assert (request.limit, request.offset, request.with_total) == (20, 0, True)
    assert (request.where, request.sort, request.expand) == ((), (), ())


def test_a_query_takes_every_where_and_every_sort() -> None:
    request = request_of(
        {
            "where": ['key = "a"', "version > :v"],
            "sort": ["createdAt desc", "key", "id asc"],
            "var.v": ["3"],
            "limit": ["500"],
            "offset": ["10000"],
            "withTotal": ["false"],
            "expand": ["a.b", "c[*]"],
        }
    )
    assert request.where == (condition("key", "=", "a"), condition("version", ">", "3", kind=VARIABLE))
    assert request.sort == (Sort("createdAt", descending=True), Sort("key"), Sort("id"))
    assert (request.limit, request.offset, request.with_total) == (500, 10_000, False)
    assert request.expand == ("a.b", "c[*]")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "501"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", "²"),
        ("limit", ""),
        ("limit", "9" * 100),
        ("offset", "10001"),
        ("withTotal", "yes"),
        ("sort", ""),
        ("sort", "key up"),
        ("sort", "key desc asc"),
    ],
)
def test_a_malformed_parameter_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"^Malformed parameter: {name}: "):
        request_of({name: [value]})
