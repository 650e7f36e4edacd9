import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from digest.audience import steps
from digest.audience.consent import Given
from digest.audience.csv_columns import RejectReason
from digest.audience.csv_rows import RejectedRow
from digest.audience.joining import Joined
from digest.audience.reader import Reader, SubscriptionState, SuppressionReason
from digest.audience.steps import AudienceFile, ImportReport, file_of, import_readers, leave_list, suppress_address
from digest.clock import StoppedClock
from digest.collect.freshness import Add
from digest.errors import BadAudienceFile, UnknownList, UnknownReader, WrongUse
from digest.ids import EVERY_JOURNALIST, GROUND, JournalistId, ListName
from digest.store import intake
from digest.store.audience import SqlAudience
from digest.store.newsletters import SqlNewsletters
from digest.store.persons import SqlPersons
from digest.store.shelf import SqlShelf
from digest.store.tables import consents
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
    file = file_of(data, "readers.csv")
    return import_readers(file, MORNING, book=book, intakes=book, clock=CLOCK, **options)  # type: ignore[arg-type]


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
    assert (report.good, report.bad, report.dry_run) == (3, 1, True)
    assert report.counts == {Joined.ADDED: 2, Joined.SUPPRESSED: 1}
    assert book.readers(MORNING) == []


def test_an_unknown_list_is_refused(book: SqlAudience) -> None:
    with pytest.raises(UnknownList, match="evening") as refused:
        import_readers(file_of(THREE, "readers.csv"), ListName("evening"), book=book, intakes=book, clock=CLOCK)
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


def test_rows_are_read_and_go_in_by_pages_and_progress_is_told(
    book: SqlAudience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "PAGE", 2)
    monkeypatch.setattr(intake, "CHUNK", 2)
    told: list[int] = []
    file = file_of(THREE, "readers.csv")
    report = import_readers(file, MORNING, book=book, intakes=book, clock=CLOCK, progress=told.append)
    assert told == [2, 1, 2, 1]
    assert sum(report.counts.values()) == 3


def test_a_report_names_the_first_rejected_rows_and_tells_of_all(
    book: SqlAudience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_NAMED", 2)
    monkeypatch.setattr(intake, "_PAGE", 2)
    told: list[RejectedRow] = []
    file = file_of(b"address\n1\n2\nann@example.org\n3\n4\nANN@example.org\n", "readers.csv")
    report = import_readers(file, MORNING, book=book, intakes=book, clock=CLOCK, tell_rejected=told.append)
    assert [row.line for row in told] == [2, 3, 5, 6, 7]
    assert report.rejected == tuple(told[:2])
    assert report.bad == 5
    assert report.reasons == {RejectReason.BAD_ADDRESS: 4, RejectReason.DUPLICATE: 1}


def test_the_second_row_of_an_address_is_rejected_whatever_its_case(book: SqlAudience) -> None:
    data = b"address,name,follows\nann@example.org,Ann,dana-serikova\nbob@example.org,Bob,*\nANN@example.org,Anna,*\n"
    report = take_in(book, data)
    assert report.rejected == (
        RejectedRow(line=4, reason=RejectReason.DUPLICATE, column="address", detail="the same address as in line 2"),
    )
    assert report.good == 2
    assert [follow.journalist for follow in by_name(book)["Ann"].follows] == [DANA]


def test_a_suppression_wins_on_whichever_row_it_stands(book: SqlAudience) -> None:
    data = b"address,suppressed\nann@example.org,\nann@example.org,\nann@example.org,bounced\nann@example.org,erased\n"
    report = take_in(book, data)
    assert [row.detail for row in report.rejected] == [
        "the same address as in line 2",
        "the same address as in line 2, which is now suppressed",
        "the same address as in line 2",
    ]
    (ann,) = book.readers(MORNING)
    assert ann.suppression is SuppressionReason.BOUNCED


def test_the_word_that_somebody_left_wins_on_whichever_row_it_stands(book: SqlAudience) -> None:
    report = take_in(book, b"address,state\nann@example.org,active\nann@example.org,unsubscribed\n")
    assert [row.detail for row in report.rejected] == ["the same address as in line 2, which has left now"]
    assert report.counts == {Joined.LEFT: 1}
    (ann,) = book.readers(MORNING)
    assert ann.state is SubscriptionState.UNSUBSCRIBED


def test_a_row_that_says_so_ends_a_subscription_for_good(book: SqlAudience) -> None:
    take_in(book)
    left = b"address,state\nann@example.org,unsubscribed\n"
    assert take_in(book, left).counts == {Joined.LEFT: 1}
    assert take_in(book).counts[Joined.LEFT_EARLIER] == 1
    ann = by_name(book)["Ann"]
    assert ann.state is SubscriptionState.UNSUBSCRIBED
    assert [follow.journalist for follow in ann.follows] == [DANA]
    membership = book.membership(ann.token)
    assert membership is not None
    assert membership.left_at == NOON


def test_who_was_not_confirmed_elsewhere_is_not_mailed_here(book: SqlAudience) -> None:
    take_in(book, b"address,state,joined_at\nann@example.org,pending,2020-02-29\n")
    (ann,) = book.readers(MORNING)
    assert ann.state is SubscriptionState.UNCONFIRMED
    membership = book.membership(ann.token)
    assert membership is not None
    assert membership.joined_at == datetime(2020, 2, 29, tzinfo=UTC)


def test_a_proof_of_consent_is_kept_once(book: SqlAudience, engine: Engine) -> None:
    data = b"address,consent_at,consent_words,consent_source\nann@example.org,2020-02-29,Yes please,form 3\n"
    take_in(book)
    assert [dict(take_in(book, data).counts) for _ in range(2)] == [{Joined.UPDATED: 1}, {Joined.UNCHANGED: 1}]
    (ann, *_) = book.readers(MORNING)
    kept = SqlPersons(engine).kept(ann.token)
    assert kept is not None
    (consent,) = kept.consents
    assert (consent.how, consent.proof.words, consent.proof.version) == (Given.IMPORT, "Yes please", "form 3")
    assert consent.proof.at == datetime(2020, 2, 29, tzinfo=UTC)


def test_the_proof_of_a_form_that_comes_back_with_a_file_is_known(book: SqlAudience, engine: Engine) -> None:
    take_in(book)
    (ann, *_) = book.readers(MORNING)
    who = {"subscriber": ann.subscriber.id, "list": MORNING, "how": Given.FORM, "language": "en"}
    said = {"words": "Yes please", "version": "form 3", "given_at": NOON - timedelta(days=1), "network": None}
    with engine.begin() as connection:
        connection.execute(insert(consents).values(who | said))
    persons = SqlPersons(engine)
    proof = persons.proofs(MORNING, [ann.subscriber.id])[ann.subscriber.id]
    assert (proof.words, proof.version, proof.at) == (said["words"], said["version"], said["given_at"])
    row = f"ann@example.org,dana-serikova,{proof.at.isoformat()},{proof.words},{proof.version}\n"
    data = f"address,follows,consent_at,consent_words,consent_source\n{row}".encode()
    assert take_in(book, data).counts == {Joined.UNCHANGED: 1}
    assert persons.proofs(ListName("evening"), [ann.subscriber.id]) == {}


def test_who_was_erased_is_neither_taken_in_nor_kept(book: SqlAudience, engine: Engine) -> None:
    take_in(book)
    (ann, *_) = book.readers(MORNING)
    SqlPersons(engine).erase(ann.token, at=NOON)
    assert take_in(book).counts[Joined.SUPPRESSED] == 2
    assert "ann@example.org" not in {reader.subscriber.address for reader in book.readers(MORNING)}


def test_a_file_with_only_a_header_is_told(book: SqlAudience) -> None:
    assert take_in(book, b"address,follows\n").warnings == ("There is no reader in the file, only a header.",)


def test_a_guessed_encoding_is_told(book: SqlAudience) -> None:
    report = take_in(book, "address,name\nann@example.org,Алия\n".encode("cp1251"))
    assert "Windows-1251" in report.warnings[-1]
    assert set(by_name(book)) == {"Алия"}


def test_a_file_that_changes_while_it_is_read_imports_nobody(book: SqlAudience) -> None:
    contents = iter([THREE, THREE, b"address\n" + b"a@example.org\n" * 9_000 + b"\xff"])
    file = AudienceFile(path="readers.csv", open=lambda: io.BytesIO(next(contents)))
    with pytest.raises(BadAudienceFile, match="changed while it was read"):
        import_readers(file, MORNING, book=book, intakes=book, clock=CLOCK)
    assert book.readers(MORNING) == []


def test_a_report_has_plain_values_and_no_address(book: SqlAudience) -> None:
    data = THREE + b"nobody.example.org,Nobody,*,\n"
    assert take_in(book, data).as_json() == {
        "list": "morning",
        "dry_run": False,
        "good": 3,
        "bad": 1,
        "counts": {"added": 2, "updated": 0, "unchanged": 0, "left": 0, "left-earlier": 0, "suppressed": 1},
        "reasons": {"bad-address": 1},
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
