"""What a command opens before it works."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.clock import SystemClock
from digest.errors import NoSuchFile, WrongUse
from digest.terminal.session import clock_at, read_file, session


def test_without_an_instant_it_is_the_machine_s_clock() -> None:
    assert isinstance(clock_at(None), SystemClock)


@pytest.mark.parametrize("at", ["2025-12-19T07:00+05:00", "2025-12-19T02:00:00Z", "20251219T020000Z"])
def test_an_instant_is_told_in_utc(at: str) -> None:
    clock = clock_at(at)
    assert clock.now() == datetime(2025, 12, 19, 2, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("at", ["now", "2025-12-19T07:00", "2025-13-01T00:00Z", "١٩"])
def test_what_is_no_instant_with_a_zone_is_wrong_use(at: str) -> None:
    with pytest.raises(WrongUse, match="is no instant"):
        clock_at(at)


@pytest.mark.parametrize("at", ["0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00"])
def test_an_instant_of_another_age_is_wrong_use(at: str) -> None:
    with pytest.raises(WrongUse, match="Years from 1971 to 9000 will do"):
        clock_at(at)


def test_a_session_runs_as_of_an_instant(tmp_path: Path) -> None:
    with session("2025-12-19T07:00+05:00") as runtime:
        assert runtime.clock.now() == datetime(2025, 12, 19, 2, 0, tzinfo=UTC)
        assert runtime.newsletters.newsletters() == []
    assert (tmp_path / "var" / "digest.db").is_file()


def test_a_file_is_read_or_named(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"\x00\xff")
    assert read_file(Path("one")) == b"\x00\xff"
    with pytest.raises(NoSuchFile, match="two: it does not exist"):
        read_file(Path("two"))
    with pytest.raises(NoSuchFile, match=r"it cannot be read \(is a directory\)"):
        read_file(tmp_path)
    with pytest.raises(NoSuchFile, match=r"it cannot be read \(not a directory\)"):
        read_file(Path("one/two"))
    with pytest.raises(NoSuchFile, match=r"it cannot be read \(file name too long\)"):
        read_file(Path("x" * 300))
