import pytest
from sqlalchemy import Engine

from digest.audience import steps
from digest.audience.csv_rows import RejectReason
from digest.audience.ports import Joined
from digest.audience.reader import Reader, SubscriptionState, SuppressionReason
from digest.audience.steps import ImportReport, import_readers, leave_list, suppress_address
from digest.clock import StoppedClock
from digest.collect.freshness import Add
from digest.errors import BadAudienceFile, UnknownList, UnknownReader, WrongUse
from digest.ids import EVERY_JOURNALIST, GROUND, JournalistId, ListName
from digest.store.audience import SqlAudience
from digest.store.newsletters import SqlNewsletters
from digest.store.shelf import SqlShelf
from tests.builders import a_declaration, a_found_article, a_newsletter
from tests.fakes import NOON

MORNING = ListName("morning")
CLOCK = StoppedClock(NOON)
DANA = JournalistId("dana-serikova")

THREE = b"""address,name,follows,suppressed
ann@example.org,Ann,dana-serikova,
bob@example.org,Bob,*,
eve@example.org,Eve,*,complained
"""


@pytest.fixture
def book(engine: Engine) -> SqlAudience:
    """A book with the list ``morning``, on a shelf of height 2."""
    newsletter = a_newsletter(journalists=("dana-serikova", "timur-aliyev"))
    SqlNewsletters(engine).apply(a_declaration(newsletter), at=NOON)
    SqlShelf(engine).apply(DANA, [Add(key, a_found_article(key, url=None)) for key in ("one", "two")], at=NOON)
    return SqlAudience(engine)


def take_in(book: SqlAudience, data: bytes = THREE, **options: bool | str) -> ImportReport:
    return import_readers("readers.csv", data, MORNING, book=book, clock=CLOCK, **options)  # type: ignore[arg-type]


def by_name(book: SqlAudience) -> dict[str, Reader]:
    return {reader.subscriber.name: reader for reader in book.readers(MORNING)}


def test_good_rows_are_taken_in_and_counted(book: SqlAudience) -> None:
    report = take_in(book)
    assert report.good == 3
    assert report.counts == {Joined.ADDED: 2, Joined.SUPPRESSED: 1}
    assert report.rejected == ()
    readers = by_name(book)
    assert readers["Eve"].suppression is SuppressionReason.COMPLAINED
    assert [follow.journalist for follow in readers["Bob"].follows] == [EVERY_JOURNALIST]


def test_new_follows_begin_at_the_shelf_s_height(book: SqlAudience) -> None:
    take_in(book)
    ann = by_name(book)["Ann"]
    assert ann.cursor == 2
    assert [follow.since for follow in ann.follows] == [2]


def test_from_the_start_new_follows_begin_at_the_ground(book: SqlAudience) -> None:
    take_in(book, from_start=True)
    ann = by_name(book)["Ann"]
    assert ann.cursor == GROUND
    assert [follow.since for follow in ann.follows] == [GROUND]


def test_importing_a_file_again_changes_nothing(book: SqlAudience) -> None:
    take_in(book)
    before = by_name(book)
    assert take_in(book).counts == {Joined.UNCHANGED: 2, Joined.SUPPRESSED: 1}
    assert by_name(book) == before


def test_an_import_never_brings_back_who_left(book: SqlAudience) -> None:
    take_in(book)
    assert leave_list(" ANN@example.org", MORNING, book=book, readership=book, clock=CLOCK)
    assert take_in(book).counts[Joined.LEFT_EARLIER] == 1
    assert by_name(book)["Ann"].state is SubscriptionState.UNSUBSCRIBED


def test_bad_rows_are_rejected_and_the_others_taken_in(book: SqlAudience) -> None:
    report = take_in(book, THREE + b"nobody,Nobody,*,\nkim@example.org,Kim,somebody-else,\n")
    assert [(row.line, row.reason) for row in report.rejected] == [
        (5, RejectReason.BAD_ADDRESS),
        (6, RejectReason.UNKNOWN_JOURNALIST),
    ]
    assert set(by_name(book)) == {"Ann", "Bob", "Eve"}


def test_a_dry_run_reports_and_changes_nothing(book: SqlAudience) -> None:
    report = take_in(book, THREE + b"nobody,Nobody,*,\n", dry_run=True)
    assert (report.good, len(report.rejected), report.counts, report.dry_run) == (3, 1, {}, True)
    assert book.readers(MORNING) == []


def test_an_unknown_list_is_refused(book: SqlAudience) -> None:
    with pytest.raises(UnknownList, match="evening") as refused:
        import_readers("readers.csv", THREE, ListName("evening"), book=book, clock=CLOCK)
    assert refused.value.known == ("morning",)
    with pytest.raises(UnknownList):
        leave_list("ann@example.org", ListName("evening"), book=book, readership=book, clock=CLOCK)


def test_a_file_that_cannot_be_read_imports_nobody(book: SqlAudience) -> None:
    with pytest.raises(BadAudienceFile, match=r"readers.csv, line 5"):
        take_in(book, THREE + b"\xff@example.org,,*,\n")
    assert book.readers(MORNING) == []


@pytest.mark.parametrize("option", ["locale_default", "time_zone_default"])
def test_defaults_must_be_known_themselves(book: SqlAudience, option: str) -> None:
    with pytest.raises(WrongUse, match="Klingon"):
        take_in(book, THREE, **{option: "Klingon"})


def test_defaults_stand_in_where_a_row_has_none(book: SqlAudience) -> None:
    take_in(book, locale_default="ru_KZ", time_zone_default="asia/almaty")
    ann = by_name(book)["Ann"].subscriber
    assert (ann.locale, ann.time_zone) == ("ru-KZ", "Asia/Almaty")


def test_rows_go_in_by_chunks_and_progress_is_told(book: SqlAudience, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "CHUNK", 2)
    told: list[int] = []
    report = import_readers("readers.csv", THREE, MORNING, book=book, clock=CLOCK, progress=told.append)
    assert told == [2, 1]
    assert sum(report.counts.values()) == 3


def test_a_report_has_plain_values_and_no_address(book: SqlAudience) -> None:
    data = THREE + b"nobody.example.org,Nobody,*,\n"
    assert take_in(book, data).as_json() == {
        "list": "morning",
        "dry_run": False,
        "good": 3,
        "counts": {"added": 2, "updated": 0, "unchanged": 0, "left-earlier": 0, "suppressed": 1},
        "rejected": [
            {"line": 5, "reason": "bad-address", "column": "address", "detail": "an address must have an @-sign"}
        ],
        "warnings": [],
    }


def test_leaving_twice_is_harmless(book: SqlAudience) -> None:
    take_in(book)
    assert leave_list("ann@example.org", MORNING, book=book, readership=book, clock=CLOCK)
    assert not leave_list("ann@example.org", MORNING, book=book, readership=book, clock=CLOCK)


def test_a_stranger_cannot_leave(book: SqlAudience) -> None:
    take_in(book)
    with pytest.raises(UnknownReader):
        leave_list("anna@example.org", MORNING, book=book, readership=book, clock=CLOCK)


def test_a_suppressed_address_stays_suppressed_for_its_first_reason(book: SqlAudience) -> None:
    take_in(book)
    suppress_address("BOB@Example.org", SuppressionReason.BOUNCED, book=book, clock=CLOCK, note="550")
    suppress_address("bob@example.org", SuppressionReason.BY_HAND, book=book, clock=CLOCK)
    assert by_name(book)["Bob"].suppression is SuppressionReason.BOUNCED


def test_what_is_no_address_is_nobody_we_know(book: SqlAudience) -> None:
    with pytest.raises(UnknownReader):
        leave_list("ann", MORNING, book=book, readership=book, clock=CLOCK)
    with pytest.raises(UnknownReader):
        suppress_address("ann", SuppressionReason.BOUNCED, book=book, clock=CLOCK)
