from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import StatementError

from digest.store.columns import Instant, JsonText, Printed

_metadata = MetaData()
things = Table(
    "test_columns_things",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant),
    Column("price", Printed),
    Column("plain", JsonText),
)

ALMATY = timezone(timedelta(hours=5))


def _kept(engine: Engine, **values: object) -> object:
    with engine.connect() as connection:
        things.create(connection)
        connection.execute(insert(things).values(**values))
        kept = connection.execute(select(*(things.c[name] for name in values))).scalar_one()
        connection.rollback()
    return kept


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2025, 12, 19, 12, 0, tzinfo=UTC),
        datetime(2025, 12, 19, 17, 0, 0, 123456, tzinfo=ALMATY),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_in_utc(engine: Engine, instant: datetime) -> None:
    kept = _kept(engine, at=instant)
    assert kept == instant
    assert isinstance(kept, datetime)
    assert kept.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        _kept(engine, at=datetime(2025, 12, 19, 12, 0))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "digits", ["1.10", "0.010", "512.3400", "-0.00", "1E+3", "0", "123456789012345678901234567890.1"]
)
def test_a_decimal_keeps_its_digits(engine: Engine, digits: str) -> None:
    assert str(_kept(engine, price=Decimal(digits))) == digits


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_no_bank_prints_is_refused(engine: Engine, value: str) -> None:
    with pytest.raises(StatementError, match="no number that a bank prints"):
        _kept(engine, price=Decimal(value))


def test_nothing_stays_nothing(engine: Engine) -> None:
    assert _kept(engine, at=None) is None
    assert _kept(engine, price=None) is None
    assert _kept(engine, plain=None) is None


def test_json_is_the_same_text_whatever_the_order_of_keys() -> None:
    dialect = create_engine("sqlite://").dialect
    one = JsonText().process_bind_param({"b": ["я"], "a": 1}, dialect)
    other = JsonText().process_bind_param({"a": 1, "b": ["я"]}, dialect)
    assert one == other == '{"a":1,"b":["я"]}'


@given(st.datetimes(timezones=st.timezones()))
def test_any_instant_survives_sqlite(instant: datetime) -> None:
    dialect = create_engine("sqlite://").dialect
    try:
        stored = Instant().process_bind_param(instant, dialect)
    except OverflowError:  # the first and last hours of the calendar have no UTC
        return
    assert Instant().process_result_value(stored, dialect) == instant.astimezone(UTC)
