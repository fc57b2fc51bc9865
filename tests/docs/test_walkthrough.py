"""The walks are run as they stand: each block, and what the page says that it prints."""

import shutil
from pathlib import Path

import pytest

from tests.docs.conftest import Run, check_outputs, in_one_shell
from tests.docs.pages import DOCS, ROOT, blocks_of

WALKTHROUGH = DOCS / "walkthrough.md"
ASSISTING = DOCS / "assisting.md"
MODULES = ROOT / "tests" / "wire" / "node_modules"


@pytest.mark.parametrize("page", [WALKTHROUGH, ASSISTING], ids=lambda page: page.stem)
def test_a_walk_in_a_shell(run: Run, page: Path) -> None:
    blocks = blocks_of(page, "sh")
    check_outputs(blocks, run(["sh"], in_one_shell(blocks)))


def test_the_walkthrough_in_python(run: Run) -> None:
    (block,) = blocks_of(WALKTHROUGH, "python")
    assert run(["python", "-"], block) == block.prints


@pytest.mark.skipif(not MODULES.exists() or shutil.which("node") is None, reason="needs Node and its packages")
def test_the_walkthrough_in_javascript(run: Run, tmp_path: Path) -> None:
    (block,) = blocks_of(WALKTHROUGH, "js")
    # A module that is read from standard input looks for its packages where it is started.
    (tmp_path / "node_modules").symlink_to(MODULES)
    assert run(["node", "--input-type=module"], block) == block.prints
