from pathlib import Path

import pytest

from tests.accessibility.held import PASSES

PAGE = (Path(__file__).parents[2] / "docs/accessibility.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("rule", "why"), PASSES.items())
def test_what_is_let_pass_is_documented_with_its_reason(rule: str, why: str) -> None:
    assert f"| `{rule}` | {why} |" in PAGE
