"""SCIM filters by table: what they find, and what is none (S4-61)."""

import pytest

from handcart.domain.errors import InvalidInput
from handcart.domain.scim import DEPTH_MAX, LENGTH_MAX, Attribute, parse_filter

ATTRIBUTES = (Attribute("displayName", False), Attribute("id", True), Attribute("sites", True))
GROUP = {"displayName": ('The "US" Sites',), "id": ("cartGroupUS",), "sites": ("siteUSEast", "siteUSWest")}
EMPTY = {"displayName": ("Empty",), "id": ("empty",), "sites": ()}


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ('displayName co "US"', True),
        ('displayName co "us sites"', False),
        ('displayName co "us\\" sites"', True),
        ('DISPLAYNAME SW "the"', True),
        ('displayName ew "SITES"', True),
        ('displayName eq "the"', False),
        ('id eq "cartGroupUS"', True),
        ('id eq "cartgroupus"', False),
        ('id ne "cartGroupUS"', False),
        ('id ne "other"', True),
        ('id sw "cart"', True),
        ('id ew "cart"', False),
        ('sites eq "siteUSWest"', True),
        ('sites ne "siteUSWest"', False),
        ('sites co "USE"', True),
        ("sites pr", True),
        ("not (sites pr)", False),
        ('id eq "x" or id eq "y" or sites pr', True),
        ('id eq "x" or sites pr and id eq "y"', False),
        ('(id eq "x" or sites pr) and not (id eq "y")', True),
        ('id eq "\\u0063artGroupUS"', True),
        ('  ( id   eq "cartGroupUS" )  ', True),
        ('id co ""', True),
        ('id eq "and"and id eq "x"', False),
    ],
)
def test_s4_61_a_filter_finds_what_it_says(text: str, finds: bool):
    assert parse_filter(text, ATTRIBUTES)(GROUP) is finds


@pytest.mark.parametrize(
    ("text", "finds"),
    [("sites pr", False), ('sites eq "x"', False), ('sites ne "x"', True), ('sites co ""', False)],
)
def test_what_has_no_value_equals_nothing(text: str, finds: bool):
    assert parse_filter(text, ATTRIBUTES)(EMPTY) is finds


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 1),
        ("   ", 1),
        ("id", 3),
        ("id eq", 6),
        ("id eq x", 7),
        ("id eq 'x'", 6),
        ('id eq "x', 6),
        ('id gt "x"', 4),
        ('id "x"', 4),
        ('sharedCart eq "true"', 1),
        ("sharedCart eq true", 1),
        ('sites.id eq "x"', 1),
        ('id eq "x" and', 14),
        ('id eq "x" id eq "y"', 11),
        ('and id eq "x"', 1),
        ('not id eq "x"', 5),
        ('(id eq "x"', 11),
        ('id eq "x")', 10),
        ("()", 2),
        ('"id" eq "x"', 1),
        ('id eq "\\x"', 7),
        ("ïd pr", 1),
    ],
)
def test_s4_61_what_is_no_filter_is_refused_with_its_place(text: str, place: int):
    with pytest.raises(InvalidInput, match=rf"^Malformed parameter: q: .*, at character {place}\.$"):
        parse_filter(text, ATTRIBUTES)


def test_a_filter_has_an_end():
    assert parse_filter("(" * DEPTH_MAX + "id pr" + ")" * DEPTH_MAX, ATTRIBUTES)(GROUP)
    with pytest.raises(InvalidInput, match="too many parentheses"):
        parse_filter("(" * (DEPTH_MAX + 1) + "id pr" + ")" * (DEPTH_MAX + 1), ATTRIBUTES)
    with pytest.raises(InvalidInput, match="longer"):
        parse_filter('id eq "' + "x" * LENGTH_MAX + '"', ATTRIBUTES)
