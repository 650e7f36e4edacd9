import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from digest.collect.article import Precision
from digest.compose import canonical_json
from digest.ids import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    at: datetime
    on: date
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    name: str
    position: Position
    is_green: bool
    leaf: Leaf | None
    leaves: tuple[Leaf, ...] = ()
    kinds: Mapping[Precision, tuple[str, ...]] = field(default_factory=dict)
    count: int = 3


LEAF = Leaf(at=datetime(2025, 12, 19, 7, tzinfo=UTC), on=date(2025, 12, 19), price=Decimal("1.10"))
TREE = Tree(
    name="Жаңа «жыл» </script>\u2028\x00",
    position=Position(7),
    is_green=True,
    leaf=None,
    leaves=(LEAF, LEAF),
    kinds={Precision.DAY: ("a", "b")},
)


def test_keys_are_sorted_and_nothing_is_padded() -> None:
    assert canonical_json.write(LEAF) == '{"at":"2025-12-19T07:00:00+00:00","on":"2025-12-19","price":"1.10"}'


def test_letters_are_written_as_themselves() -> None:
    assert "Жаңа «жыл»" in canonical_json.write(TREE)


def test_what_was_written_is_read_back() -> None:
    assert canonical_json.read(Tree, canonical_json.write(TREE)) == TREE


def test_a_text_of_a_kind_of_its_own_is_a_text() -> None:
    class Word(str):
        __slots__ = ()

    assert canonical_json.write(replace(TREE, name=Word("x"))) == canonical_json.write(replace(TREE, name="x"))


def test_an_instant_has_one_text_whatever_its_zone() -> None:
    almaty = Leaf(at=LEAF.at.astimezone(timezone(timedelta(hours=5))), on=LEAF.on, price=LEAF.price)
    assert canonical_json.write(almaty) == canonical_json.write(LEAF)


@pytest.mark.parametrize("digits", ["0", "-0", "1.10", "1.1", "1E+3", "1E-21"])
def test_decimals_keep_their_digits(digits: str) -> None:
    leaf = Leaf(at=LEAF.at, on=LEAF.on, price=Decimal(digits))
    assert str(canonical_json.read(Leaf, canonical_json.write(leaf)).price) == digits


@pytest.mark.parametrize("value", [0.5, datetime(2025, 12, 19, 7), {1, 2}, Leaf])  # noqa: DTZ001 - that is the point
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no canonical JSON"):
        canonical_json.write((value,))


def test_a_field_that_an_older_text_lacks_takes_its_default() -> None:
    older = json.loads(canonical_json.write(TREE))
    del older["count"], older["kinds"]
    read = canonical_json.read(Tree, json.dumps(older))
    assert (read.count, read.kinds) == (3, {})


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": 7},
        {"position": "7"},
        {"position": True},
        {"is_green": 1},
        {"leaves": [{}]},
        {"leaves": 5},
        {"leaf": "x"},
        {"leaf": {"at": "yesterday", "on": "2025-12-19", "price": "1"}},
        {"leaf": {"at": "2025-12-19T07:00:00+00:00", "on": "2025-12-19", "price": "much"}},
        {"kinds": {"century": []}},
        {"kinds": []},
        {"colour": "green"},
    ],
)
def test_a_text_of_something_else_is_refused(change: dict[str, object]) -> None:
    plain = json.loads(canonical_json.write(TREE)) | change
    with pytest.raises(ValueError, match="not the JSON of a Tree"):
        canonical_json.read(Tree, json.dumps(plain))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "{}", "[" * 100_000])
def test_what_is_no_json_of_it_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the JSON of a Tree"):
        canonical_json.read(Tree, text)
