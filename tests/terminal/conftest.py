"""Stores at several points of a newsletter's life, made once and copied for each test.

The newsletter is the README's: one journalist's saved page, the banks' files, three readers of whom one follows nobody.
"""

import shutil
from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, MORNING, digest

READERS = """address,name,follows,locale
one@readers.example,Reader One,aigerim-sadykova,en
two@readers.example,Reader Two,*,en
three@readers.example,Reader Three,,en
"""


@pytest.fixture(scope="session")
def points(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder ``var`` for each point: applied, imported, composed, sent."""
    root = tmp_path_factory.mktemp("points")
    steps = {
        "applied": [("newsletters", "apply", str(newsletters_dir() / "one-journalist.toml"))],
        "imported": [("audience", "import", "readers.csv", "--list", LETTERS)],
        "composed": [("run", LETTERS, "--at", MORNING)],
        "sent": [
            ("issue", "approve", LETTERS, "--hash", ""),
            ("issue", "send", LETTERS, "--at", MORNING),
        ],
    }
    made: dict[str, Path] = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        Path("readers.csv").write_text(READERS, encoding="utf-8")
        for point, commands in steps.items():
            for words in commands:
                given = [word or _hash() for word in words]
                said = digest(*given)
                assert said.code == 0, said
            made[point] = root / point
            shutil.copytree("var", made[point])
    return made


def _hash() -> str:
    hash_: str = digest("issue", "list", "--json").json["issues"][0]["hash"]
    return hash_


def _copied(points: dict[str, Path], point: str, tmp_path: Path) -> Path:
    shutil.copytree(points[point], tmp_path / "var")
    (tmp_path / "readers.csv").write_text(READERS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def applied(points: dict[str, Path], tmp_path: Path) -> Path:
    """A folder in which the newsletter was applied and nobody reads it yet; ``readers.csv`` lies beside."""
    return _copied(points, "applied", tmp_path)


@pytest.fixture
def imported(points: dict[str, Path], tmp_path: Path) -> Path:
    """A folder with three readers, before anything was collected."""
    return _copied(points, "imported", tmp_path)


@pytest.fixture
def composed(points: dict[str, Path], tmp_path: Path) -> Path:
    """A folder in which issue 1 awaits approval."""
    return _copied(points, "composed", tmp_path)


@pytest.fixture
def sent(points: dict[str, Path], tmp_path: Path) -> Path:
    """A folder in which issue 1 was sent to two readers."""
    return _copied(points, "sent", tmp_path)
