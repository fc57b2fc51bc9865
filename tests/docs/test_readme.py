"""The README is what a newcomer types: its requests work as they stand."""

from tests.docs.conftest import Run, check_outputs, in_one_shell
from tests.docs.pages import ROOT, blocks_of


def test_the_request_of_the_readme(run: Run) -> None:
    blocks = [each for each in blocks_of(ROOT / "README.md", "sh") if "curl" in each.text]
    assert blocks
    check_outputs(blocks, run(["sh"], in_one_shell(blocks)))
