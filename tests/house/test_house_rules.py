"""The house rules of the code, held by tests."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted([*(ROOT / "digest").rglob("*.py"), *(ROOT / "flows").rglob("*.py")])
STAGES = ("audience", "collect", "compose", "render", "send", "store")


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("no git checkout here: what is tracked cannot be told")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_the_folder_listing_is_the_order_of_the_run() -> None:
    packages = [path.name for path in sorted((ROOT / "digest").iterdir()) if (path / "__init__.py").is_file()]
    assert [name for name in packages if name in STAGES] == list(STAGES)


def _modules() -> list[Path]:
    """Return what is a module: a migration is history."""
    return [path for path in CODE if "versions" not in path.parts]


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "common", "manager", "misc"}
    assert [path for path in CODE if path.stem in drawers] == []


def test_modules_stay_small() -> None:
    assert {path: lines for path in _modules() if (lines := len(_text(path).splitlines())) > 400} == {}


def test_functions_do_one_thing() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {length} lines"
        for path in _modules()
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > 60
    ]
    assert long == []


def test_no_float_touches_a_rate() -> None:
    """No ``float``, no literal such as ``0.5``, no ``math``, no JSON that makes binary numbers, and no true division
    of whole numbers into one, wherever a rate passes.
    """
    for path in _where_rates_pass():
        for node in ast.walk(ast.parse(_text(path))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            match node:
                case ast.Name(id="float") | ast.Attribute(attr="float" | "from_float"):
                    pytest.fail(f"{where}: float")
                case ast.Constant(value=float() | complex()):
                    pytest.fail(f"{where}: {node.value}")
                case ast.ImportFrom(module="math" | "statistics" | "random") | ast.alias(name="math" | "statistics"):
                    pytest.fail(f"{where}: binary arithmetic")
                case ast.BinOp(op=ast.Div(), left=ast.Constant(value=int()), right=ast.Constant(value=int())):
                    pytest.fail(f"{where}: a division that gives a float")
                case ast.Call(func=ast.Attribute(attr="loads", value=ast.Name(id="json")), keywords=given):
                    assert {"parse_float", "parse_int", "parse_constant"} <= {one.arg for one in given}, where


def _where_rates_pass() -> list[Path]:
    collect = ROOT / "digest" / "collect"
    return sorted(
        {
            *(collect / "banks").glob("*.py"),
            *(collect / "rates").glob("*.py"),
            collect / "sources" / "ticker.py",
            *(ROOT / "digest" / "store").glob("rate*.py"),
            *(ROOT / "digest" / "terminal").glob("rate*.py"),
            *(ROOT / "digest" / "render").glob("rate*.py"),
        }
    )


def test_the_test_for_floats_sees_where_rates_pass() -> None:
    names = {path.name for path in _where_rates_pass()}
    assert {"nbk.py", "rate.py", "snapshot.py", "rates.py", "json_sheet.py", "rate_words.py", "ticker.py"} <= names


def test_tests_use_small_real_fakes() -> None:
    mock = re.compile(r"unittest\.mock|Magic" + r"Mock|\bMock\(")
    assert [path for path in (ROOT / "tests").rglob("*.py") if mock.search(_text(path))] == []


def test_nothing_is_left_unfinished() -> None:
    unfinished = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImple" + r"mentedError)\b")
    found = [
        path for path in _tracked() if path.suffix in {".py", ".j2", ".html", ".md"} and unfinished.search(_text(path))
    ]
    assert found == []


def test_no_tracked_file_names_a_place_on_one_machine() -> None:
    place = re.compile(r"(?<![\w.])/(?:wo" + r"rk|root|home)/[A-Za-z0-9_.-]+")
    found = [path for path in _tracked() if path.suffix != ".lock" and place.search(_text(path))]
    assert found == []


def test_the_locks_are_hashed_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = _text(ROOT / name)
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index|--find-links|--extra-index", text)
