import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.toml_lines import KeyPath, line_of, lines_of, spelled

TEXT = '''# [newsletter]
[newsletter]
slug = "brief"
sender = { name = "x" }
bio = """
slug = "not a key"
[rates]
"""

  [rates.banks]
"nbk" = "x"

[[journalists]]
slug = "one"
[[journalists]]
slug = "two"
[[journalists.sources]]
kind = "feed"
[journalists.home]
city.name = "Almaty"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("newsletter",), 2),
        (("newsletter", "slug"), 3),
        (("newsletter", "sender"), 4),
        (("newsletter", "sender", "address"), 4),
        (("newsletter", "missing"), 2),
        (("rates", "banks"), 10),
        (("rates", "banks", "nbk"), 11),
        (("rates",), None),
        (("journalists", 0, "slug"), 14),
        (("journalists", 1), 15),
        (("journalists", 1, "slug"), 16),
        (("journalists", 1, "sources", 0, "kind"), 18),
        (("journalists", 1, "home", "city", "name"), 20),
        (("elsewhere",), None),
    ],
)
def test_keys_are_found_by_line(path: KeyPath, line: int | None) -> None:
    assert tomllib.loads(TEXT)
    assert line_of(path, lines_of(TEXT)) == line


def test_a_multi_line_string_that_begins_and_ends_on_one_line_hides_nothing() -> None:
    assert line_of(("b",), lines_of('a = """x"""\nb = 1')) == 2


def test_keys_are_spelled_as_people_write_them() -> None:
    assert spelled(("journalists", 1, "sources", 0, "kind")) == "journalists[2].sources[1].kind"
    assert spelled(("newsletter", "slug")) == "newsletter.slug"


@given(st.text(st.sampled_from("[]ab.\"'= \n#1")))
def test_any_text_gives_lines(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())
