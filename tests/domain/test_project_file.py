"""A project file is taken apart or refused with the place of what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from handcart.domain.errors import ReferencedResourceNotFound, RequiredField
from handcart.domain.json_place import line_of, path_of
from handcart.domain.project_file import ProjectFileError, read_project_file, welcome_in
from handcart.domain.project_file_sections import SECTIONS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REFERENCE = (EXAMPLES / "reference.json").read_bytes()


def reference(**changes: Any) -> bytes:
    return json.dumps({**json.loads(REFERENCE), **changes}, indent=1).encode()


def error_of(text: bytes) -> ProjectFileError:
    with pytest.raises(ProjectFileError) as caught:
        read_project_file(text)
    return caught.value


@pytest.mark.parametrize("name", ["reference.json", "demo.json"])
def test_the_examples_are_project_files(name: str) -> None:
    file = read_project_file((EXAMPLES / name).read_bytes())
    assert file.project.key == name.removesuffix(".json")
    assert set(file.entries) == {each.name for each in SECTIONS}
    assert file.entries["sites"][0].draft.key == "siteA"
    assert {each.draft.default for each in file.entries["sites"][:1]} == {True}
    assert {each.draft.inventory_mode for each in file.entries["sites"]} == {"ReserveOnOrder"}


def test_the_reference_project_is_the_one_that_the_checks_describe() -> None:
    entries = read_project_file(REFERENCE).entries
    assert [each.name for each in entries["sites"]] == ["siteA", "siteB", "siteM", "siteC", "siteD"]
    assert [each.name for each in entries["products"]] == ["TEE", "SHIRT", "MUG", "PEN", "NOLIST"]
    assert [each.name for each in entries["customers"]] == ["alice", "bob", "wade", "carol", "diane"]
    assert [each.name for each in entries["staff"]] == ["agent7", "csr1", "csr2", "csr3", "sup1", "admin"]
    assert {each.password for each in (*entries["customers"], *entries["staff"])} == {"pw"}
    stock = {each.name: each.draft.quantity_on_stock for each in entries["inventory"]}
    assert stock.pop("MUG at store107") == 5
    assert (len(stock), set(stock.values())) == (25, {100})


@pytest.mark.parametrize(
    ("text", "path", "problem"),
    [
        (b'{"project": {"key": "x"}, "baskets": []}', "$", "Object contains unknown field `baskets`"),
        (
            b'{"project": {"key": "x"}, "carts": [{"key": "c1", "site": "s", "actions": [{"action": "fly"}]}]}',
            "$.carts[0].actions[0].action",
            "Invalid value 'fly'",
        ),
        (b'{\n "project": {"key": "x", "colour": 1}}', "$.project", "Object contains unknown field `colour`"),
        (b"{}", "$", "Object missing required field `project`"),
        (b'{"project": {"key": "x"}, "sites": {}}', "$.sites", "Expected `array`, got `object`"),
        (b"{\n oops", "$", "JSON is malformed: object keys must be strings (byte 3)"),
        (b"", "$", "Input data was truncated"),
        (b'{"project": {"key": "\xff"}}', "$", "This is not UTF-8."),
        (b'{"project": {}', "$", "Input data was truncated"),
        (b'{"project": {"key": "x"}, "sites": [' + b"[" * 5000, "$", "It is nested too deeply."),
    ],
)
def test_what_is_no_project_file_is_refused(text: bytes, path: str, problem: str) -> None:
    error = error_of(text)
    assert (error.path, error.problem) == (path, problem)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b'{"project": {"key": "x"}, "welcome": ["Hello", ""]}', ("Hello", "")),
        (b'{"project": {"key": "x"}}', ()),
        (b"", ()),
        (b"\xff", ()),
        (b'{"welcome": 7}', ()),
    ],
)
def test_what_a_file_says_to_whoever_starts_a_server_with_it(text: bytes, lines: tuple[str, ...]) -> None:
    assert welcome_in(text) == lines


def test_malformed_json_is_found_by_its_line() -> None:
    assert error_of(b'{\n "project": {\n  "key": oops}}').line == 3


def test_an_error_in_an_entry_names_the_entry_and_its_line() -> None:
    text = reference(
        channels=[{"key": "pgA"}, {"key": "pgB", "colour": "red"}],
    )
    error = error_of(text)
    line = text.decode().splitlines().index('   "key": "pgB",')
    assert str(error) == f"line {line}, $.channels[1]: Object contains unknown field `colour`"


def test_an_error_deep_in_an_entry_names_the_field() -> None:
    error = error_of(reference(products=[{"key": "TEE", "name": {"en": "Tee"}, "slug": {"en": 7}}]))
    assert (error.path, error.problem) == ("$.products[0].slug[...]", "Expected `str`, got `int`")


def test_an_entry_without_a_name_is_refused() -> None:
    error = error_of(reference(zones=[{"name": "United States"}]))
    assert (error.path, error.problem) == ("$.zones[0]", "An entry needs a key, to be found again by.")


def test_two_entries_of_one_name_are_refused() -> None:
    entry = {"username": "csr1", "name": "R", "roles": []}
    error = error_of(reference(staff=[entry, entry]))
    assert (error.path, error.problem) == ("$.staff[1]", "csr1 is already the username of $.staff[0].")


def test_a_published_field_that_is_not_built_yet_is_named() -> None:
    error = error_of(reference(channels=[{"key": "pgA", "geoLocation": {"type": "Point"}}]))
    assert (error.path, "geoLocation" in error.problem) == ("$.channels[0]", True)


def test_a_refusal_leads_to_the_field_that_it_names() -> None:
    file = read_project_file(REFERENCE)
    error = file.error("$.sites[2]", RequiredField(field="host"))
    assert REFERENCE.decode().splitlines()[error.line - 1].strip() == '"host": "www.example.com",'
    unknown = file.error("$.sites[2]", ReferencedResourceNotFound(type_id="channel", key="x"))
    assert (unknown.path, unknown.problem) == ("$.sites[2]", "There is no channel x.")


def test_a_password_is_in_no_digest_and_every_other_field_is() -> None:
    def digests(**fields: Any) -> list[bytes]:
        alice = {"key": "alice", "email": "alice@example.com", "password": "pw", **fields}
        return [each.digest for each in read_project_file(reference(customers=[alice])).entries["customers"]]

    assert digests() == digests(password="another")
    assert digests() != digests(firstName="Alice")
    assert digests() == digests(firstName=None)


def test_all_passwords_change_with_any_of_them() -> None:
    text = REFERENCE.replace(
        b'"username": "sup1", "name": "Uma Underhill", "password": "pw"',
        b'"username": "sup1", "name": "U", "password": "px"',
    )
    assert text != REFERENCE
    assert read_project_file(text).all_passwords() != read_project_file(REFERENCE).all_passwords()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("$", 1),
        ("$.a", 2),
        ("$.a[1]", 4),
        ("$.a[1].b", 5),
        ("$.a[9]", 2),
        ("$.c", 7),
        ("$.z", 1),
        ("$.c.d", 7),
        ("$.a[...]", 2),
    ],
)
def test_a_path_leads_to_its_line(path: str, line: int) -> None:
    text = '{\n "a": [\n  1,\n  {\n   "b": "x]\\"}"}\n ],\n "c": "ü"\n}'
    assert line_of(text, path_of(path)) == line
