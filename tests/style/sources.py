"""What the style tests read: the project's Python, its syntax trees and its tracked text."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "handcart"

_PYTHON_FOLDERS = ("src", "tests", "bench", "scripts")
_NOT_OURS = {"node_modules", "__pycache__"}


def python_files(folder: Path | None = None) -> list[Path]:
    """Every Python file of ours below the folder, or of the whole project; none where the folder does not exist yet."""
    folders = [ROOT / each for each in _PYTHON_FOLDERS] if folder is None else [folder]
    return sorted(file for each in folders for file in each.rglob("*.py") if not _NOT_OURS & set(file.parts))


def tracked_texts() -> Iterator[tuple[Path, str]]:
    """Every tracked file that is text; a checkout without Git has none."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for name in filter(None, listed.split("\0")):
        try:
            yield Path(name), (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


@functools.cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def place(file: Path, node: ast.AST | None = None) -> str:
    """A file and line that an editor can open."""
    name = file.relative_to(ROOT).as_posix()
    return f"{name}:{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else name


def docstrings(tree: ast.Module) -> set[ast.Constant]:
    """The constants that are prose: docstrings, and strings that stand alone below what they describe."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
