"""The page for operators: its options, its project file and its backup are real."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click

from handcart import wiring
from handcart.cli import main
from tests.conftest import running_server
from tests.database import Sql
from tests.docs.conftest import in_one_shell
from tests.docs.pages import ROOT, blocks_of
from tests.docs.tables import OPERATING


def test_every_command_and_every_option_is_explained() -> None:
    page = OPERATING.read_text(encoding="utf-8")
    missing = [f"handcart {name}" for name in main.commands if f"handcart {name}" not in page]
    for option in main.commands["serve"].params:
        assert isinstance(option, click.Option)
        wanted = [*option.opts, *option.secondary_opts, *([option.envvar] if option.envvar else [])]
        missing += [str(each) for each in wanted if f"`{each}`" not in page]
    assert missing == []


def test_the_project_file_of_the_page_loads(database_url: str, sql: Sql, tmp_path: Path) -> None:
    (block,) = blocks_of(OPERATING, "json")
    file = tmp_path / "corner.json"
    file.write_text(block.text, encoding="utf-8")
    loaded = sql.run(wiring.load_project_file(database_url, file, lambda *_: None))
    sections = {name: len(value) if isinstance(value, list) else 1 for name, value in json.loads(block.text).items()}
    del sections["settings"]  # the project's own
    assert loaded == sections


def test_the_backup_of_the_page_is_restored(tmp_path: Path) -> None:
    dump, restore = blocks_of(OPERATING, "sh")
    demo = str(ROOT / "examples" / "demo.json")
    folders = {".handcart/demo": tmp_path / "demo", "DATA=restored": tmp_path / "restored"}
    script = in_one_shell([dump, restore]).text.replace("DATA=.handcart/demo", f"DATA={folders['.handcart/demo']}")
    script = script.replace("DATA=restored", f"DATA={folders['DATA=restored']}")
    programs = Path(sys.executable).parent
    script = script.replace(".venv/bin", str(programs))
    with (
        running_server("--data", str(tmp_path / "demo"), "--load", demo, "--log-level", "warning"),
        running_server("--data", str(tmp_path / "restored"), "--log-level", "warning"),
    ):
        done = subprocess.run(
            ["sh"], input=script, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False, env=os.environ
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Everything is in order.\n")
    listed = subprocess.run(
        [sys.executable, "-m", "handcart", "project", "list", "--json", "--data", str(tmp_path / "restored")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert [each["key"] for each in json.loads(listed.stdout)] == ["demo"]
