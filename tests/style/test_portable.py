"""Nothing that is checked in depends on the machine or the mirror it was made on."""

import json
import re

from tests.style.sources import ROOT, tracked_texts

SOMEBODYS_HOME = re.compile(r"(?<![\w.-])(/home/\w+/|/Users/\w+/|[A-Z]:\\Users\\)")
NAMES_AN_INDEX = re.compile(
    r"--(extra-index-url|index-url|find-links)[ =]|^\s*(registry|index-url|extra-index-url)\s*=", re.MULTILINE
)


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    checkout = re.compile(rf"(?<![\w.-]){re.escape(str(ROOT))}\b")
    found = [str(name) for name, text in tracked_texts() if SOMEBODYS_HOME.search(text) or checkout.search(text)]
    assert found == []


def test_no_file_names_a_package_index() -> None:
    assert [str(name) for name, text in tracked_texts() if NAMES_AN_INDEX.search(text)] == []


def test_the_locks_of_python_hold_names_versions_and_hashes_only() -> None:
    row = re.compile(r"#.*|[a-z0-9][a-z0-9._-]*==\S+( ; .*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert locks
    for lock in locks:
        assert [each for each in lock.read_text().splitlines() if each and not row.fullmatch(each)] == []


def test_the_lock_of_node_does_not_say_where_packages_come_from() -> None:
    packages = json.loads((ROOT / "tests" / "wire" / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
