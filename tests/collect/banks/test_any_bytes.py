"""Any bytes give a sheet or a named refusal, of every bank."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.banks import BANKS
from digest.collect.banks.reading import MOST_ROWS
from digest.collect.rates.rate import BankName
from digest.errors import ParseError
from tests.collect.banks.samples import SAMPLES, answer

every_bank = pytest.mark.parametrize("name", list(BANKS))

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@every_bank
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=300))
def test_any_bytes_give_a_sheet_or_a_named_refusal(name: BankName, body: bytes) -> None:
    _sheet_or_refusal(name, body)


@every_bank
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_damaged_sheet_gives_a_sheet_or_a_named_refusal(name: BankName, data: st.DataObject) -> None:
    body = bytearray(SAMPLES[name]())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=6))
    _sheet_or_refusal(name, bytes(body))


@every_bank
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_text_in_a_sheet_s_places_gives_a_sheet_or_a_named_refusal(name: BankName, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(["date", "code", "value"]))
    text = data.draw(st.text(alphabet="0123456789.,-+E NaUSDKZT\"'<>&;", max_size=14))
    _sheet_or_refusal(name, SAMPLES[name](**{place: text}))


@pytest.mark.parametrize("name", [BankName.CBU, BankName.FRANKFURTER, BankName.ER_API])
@settings(max_examples=60, deadline=None)
@given(value=_JSON, data=st.data())
def test_any_json_gives_a_sheet_or_a_named_refusal(name: BankName, value: object, data: st.DataObject) -> None:

    keys = ("result", "base_code", "time_last_update_unix", "rates", "date", "base", "quote", "rate", "Ccy", "Date")
    entry = {key: data.draw(st.just(value) | _JSON) for key in data.draw(st.sets(st.sampled_from(keys)))}
    for body in (entry, [entry], value):
        _sheet_or_refusal(name, json.dumps(body).encode())


def _sheet_or_refusal(name: BankName, body: bytes) -> None:
    try:
        sheets = BANKS[name].read_days(answer(body))
    except ParseError:
        return
    assert [sheet.effective_on for sheet in sheets] == sorted({sheet.effective_on for sheet in sheets})
    for sheet in sheets:
        assert sheet.effective_on - timedelta(days=366)  # whoever looks back from it finds a day
        assert 0 < len(sheet.rows) <= MOST_ROWS
        assert all(row.value > 0 and row.nominal > 0 and row.local != row.currency for row in sheet.rows)
        assert all(row.local == (BANKS[name].local or row.local) for row in sheet.rows)
        assert len({(row.local, row.currency) for row in sheet.rows}) == len(sheet.rows)
