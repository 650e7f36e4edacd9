import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.render.tidy import one_line
from digest.send.mailers.sendgrid.addresses import all_folded, all_written, are_written, folded, is_written, written
from digest.send.mailers.sendgrid.columns import are_tidy, in_json, woven

VALUES = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from(["a b", " a", "a  b", "|", '"', "\\", "Дана"])), max_size=5
)
ADDRESSES = st.lists(
    st.sampled_from(
        ["dana@example.org", "Dana@example.org", "DANA@EXAMPLE.ORG", "dana@пример.example", "a@b.org\nc@d.org", "a"]
    ),
    max_size=4,
)


@given(VALUES)
@example(["a", "b c"])
@example(["a |", "| b"])
@settings(max_examples=200, deadline=None)
def test_a_column_that_is_found_tidy_has_nothing_that_one_line_changes(column: list[str]) -> None:
    if are_tidy(column):
        assert [one_line(value) for value in column] == column


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_values_stand_in_json_as_each_would_by_itself(column: list[str]) -> None:
    assert [json.loads(f'"{value}"') for value in in_json(column)] == column


def test_a_plain_column_is_not_written_anew() -> None:
    column = ["Dana", "Дана"]
    assert in_json(column) is column
    assert are_tidy(column)


@given(ADDRESSES)
@settings(max_examples=200, deadline=None)
def test_addresses_together_are_what_they_are_one_by_one(addresses: list[str]) -> None:
    assert are_written(addresses) == all(is_written(address) for address in addresses)
    sound = [address for address in addresses if "@" in address and "\n" not in address]
    assert all_folded(sound) == [folded(address) for address in sound]
    assert all_written(sound) == [written(address) for address in sound]


def test_parts_are_woven_reader_by_reader_in_pieces() -> None:
    numbers = [str(number) for number in range(250)]
    pieces = list(woven(["[", "x", numbers, "–", numbers, "]"], count=250))
    assert b"".join(pieces).decode() == ",".join(f"[x{number}–{number}]" for number in numbers)
    assert len(pieces) == 3


def test_half_of_a_surrogate_pair_is_replaced() -> None:
    assert list(woven([["\ud800"]], count=1)) == [b"?"]
