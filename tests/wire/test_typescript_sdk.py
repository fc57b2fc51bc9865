"""The journeys of `journeys.mjs`: the official TypeScript SDK, unchanged, against the running server."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Project

FOLDER = Path(__file__).parent
JOURNEYS = re.findall(r"^  async (\w+)\(\)", (FOLDER / "journeys.mjs").read_text(), re.MULTILINE)

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed"),
    pytest.mark.skipif(not (FOLDER / "node_modules").is_dir(), reason="the SDK is not installed: make setup-test"),
]


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_journey_with_the_typescript_sdk(project: Project, journey: str):
    done = subprocess.run(
        ["node", "journeys.mjs", journey],
        cwd=FOLDER,
        env={**os.environ, "HANDCART_URL": str(project.http.base_url).rstrip("/"), "HANDCART_PROJECT": project.key},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert project.broken_invariants() == []


def test_there_are_journeys():
    assert len(JOURNEYS) == 13
