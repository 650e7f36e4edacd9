"""What is installed from the wheel runs by itself: the code, and all the files that the code reads."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Says from where everything comes that is not code, in a process that has the wheel only.
ASK = """
import json, importlib.util
import digest
from digest import resources
from digest.store import engine
print(json.dumps({
    "digest": digest.__file__,
    "flows": importlib.util.find_spec("flows.send").origin,
    "templates": str(resources.templates_dir()),
    "newsletters": str(resources.newsletters_dir()),
    "prefect": str(resources.prefect_file()),
    "migrations": str(engine.MIGRATIONS),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(installed: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder ``home``, with the wheel before everything else."""
    ours = ("DIGEST_", "PYTHON", "COVERAGE", "COV_CORE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=home,
        env=environment | {"HOME": str(home), "PYTHONPATH": str(installed), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_code_and_what_it_reads_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    (info,) = {name.partition("/")[0] for name in names} - {"digest", "flows"}
    assert info.endswith(".dist-info")
    resources = {name for name in names if name.startswith("digest/_resources/")}
    code = {name for name in names - resources if not name.startswith(info)}
    # Compiled files and the like are no part of it; besides Python there are a marker and Alembic's template.
    assert {Path(name).suffix for name in code} == {".py", ".typed", ".mako"}
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]
    there = {
        f"digest/_resources/{path.relative_to(ROOT)}"
        for folder in ("templates", "newsletters")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert resources == there | {"digest/_resources/prefect.yaml"}
    assert {f"{info}/METADATA", f"{info}/entry_points.txt", f"{info}/licenses/LICENSE"} <= names


def test_everything_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    asked = python(installed, tmp_path, "-c", ASK)
    assert asked.returncode == 0, asked.stderr
    found = json.loads(asked.stdout)
    for what, place in found.items():
        assert Path(place).is_relative_to(installed), f"{what} comes from {place}"
        assert Path(place).exists(), what


def test_the_demo_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    ran = python(installed, tmp_path, "-m", "digest", "demo", "--no-prefect")
    assert ran.returncode == 0, ran.stderr
    outbox = tmp_path / "var" / "demo" / "outbox"
    assert len(list(outbox.glob("*.eml"))) > 30
    assert (outbox / "index.html").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["var"], "it writes below var/ and nowhere else"
    assert "Traceback" not in ran.stderr
