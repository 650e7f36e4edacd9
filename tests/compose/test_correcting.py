"""A correction: what is frozen again, and who gets which of it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.may_mail import NoMail
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import Pace, Rhythm, Weekday
from digest.collect.article import Article
from digest.compose.correcting import PAGE, correction_of, share_again, taken_out
from digest.compose.grouping import contents_of, share_out
from digest.compose.issue import Contents, Excluded, Frozen, NothingToSend, Owed, Section
from digest.compose.newsletter import Selection
from digest.compose.snapshot import from_json, to_json
from digest.compose.whole import whole
from digest.errors import WrongUse
from digest.ids import Position, SubscriberId
from tests.builders import (
    a_frozen_issue,
    a_journalist,
    a_newsletter,
    a_note,
    a_rate,
    a_reader,
    a_section,
    a_sender,
    a_snapshot,
    an_article,
)
from tests.compose.strategies import frozen_issues, readers
from tests.fakes import NOON

LATER = NOON + timedelta(days=30)
WRITERS = ("dana", "timur")
CORRECTED = a_frozen_issue(
    an_article(1, by="dana", title="Forty-three", url="https://a.example.org/one?utm_source=feed"),
    an_article(2, by=WRITERS, title="Two"),
    an_article(3, by="timur", title="Three", url=None),
    newsletter=a_newsletter(journalists=WRITERS),
    number=12,
)


def corrected_by(
    corrected: Frozen = CORRECTED, *articles: Article, without: Collection[int] = (), **changes: object
) -> Frozen:
    given: dict[str, object] = {
        "number": 13,
        "note": a_note(),
        "articles": articles or corrected.articles,
        "journalists": corrected.journalists,
        "sender": corrected.newsletter.sender,
        "rates": None,
        "without": frozenset(without),
        "at": LATER,
    }
    return correction_of(corrected, **(given | changes))  # type: ignore[arg-type]


def shared(correction: Frozen, *held: Contents | None, **about: object) -> list[Owed | Excluded]:
    """Share a correction among as many readers as there are contents that they hold; ``None`` had no mail."""
    everybody = [a_reader(number, **about) for number in range(1, len(held) + 1)]  # type: ignore[arg-type]
    got = {SubscriberId(number): one for number, one in enumerate(held, 1) if one is not None}
    return list(share_again(correction, everybody, lambda whom: {one: got[one] for one in whom if one in got}))


def contents(*sections: Section, locale: str = "en") -> Contents:
    return contents_of(CORRECTED, locale, sections)


def test_it_is_that_days_issue_once_more() -> None:
    correction = corrected_by()
    assert (correction.id, correction.number, correction.corrects) == ("morning-brief-13", 13, CORRECTED.id)
    assert correction.note == a_note()
    assert correction.composed_at == LATER
    for kept in ("issue_date", "height", "floor", "rates", "articles", "journalists", "newsletter"):
        assert getattr(correction, kept) == getattr(CORRECTED, kept), kept
    assert from_json(to_json(correction)) == correction


def test_articles_journalists_and_sender_are_as_they_are_now() -> None:
    renamed = a_journalist("dana", name="Dana Serikova-Kim")
    correction = corrected_by(
        CORRECTED,
        replace(CORRECTED.articles[0], title="Thirty-four", url="https://a.example.org/two"),
        journalists=[renamed],
        sender=a_sender("desk@other.example.org"),
    )
    assert [one.title for one in correction.articles] == ["Thirty-four", "Two", "Three"]
    assert correction.articles[0].url == "https://a.example.org/two"
    assert correction.journalists == (renamed, CORRECTED.journalists[1]), "who left the roster stays as printed"
    assert correction.newsletter == replace(CORRECTED.newsletter, sender=a_sender("desk@other.example.org"))


def test_rates_that_were_read_anew_are_printed() -> None:
    anew = a_snapshot(a_rate(value="777.7"))
    assert corrected_by(rates=anew).rates == anew


def test_an_article_stays_under_everybody_under_whom_it_was_printed() -> None:
    """After a merge the shelf knows the article by another journalist; later credits are there too."""
    moved = an_article(2, by={"merged": 2, "late": 9}, title="Two")
    correction = corrected_by(CORRECTED, moved)
    assert [byline.journalist for byline in correction.articles[1].bylines] == ["dana", "merged", "timur", "late"]
    (one,) = shared(correction, contents(a_section("timur", (2,))))
    assert isinstance(one, Owed)
    assert one.contents.sections == (a_section("timur", (2,)),)


def test_each_reader_gets_again_what_their_mail_held_in_its_language() -> None:
    first, second = shared(
        corrected_by(), contents(a_section("dana", (1, 2))), contents(a_section("timur", (3,)), locale="ru")
    )
    assert isinstance(first, Owed)
    assert isinstance(second, Owed)
    assert (first.contents.locale, first.contents.positions) == ("en", (1, 2))
    assert (second.contents.locale, second.contents.positions) == ("ru", (3,))
    assert first.contents.issue == "morning-brief-13"
    assert first.contents.key != contents(a_section("dana", (1, 2))).key


def test_what_is_taken_out_is_in_nobodys_mail() -> None:
    correction = corrected_by(without=[1, 3])
    one, other = shared(correction, contents(a_section("dana", (1, 2))), contents(a_section("timur", (3,))))
    assert isinstance(one, Owed)
    assert isinstance(other, Owed)
    assert one.contents.positions == (2,)
    assert other.contents.sections == (), "they are told all the same"


def test_what_a_cap_left_out_is_counted_as_far_as_it_is_there() -> None:
    held = contents(a_section("dana", (1,), left_out=1), a_section("timur", (), left_out=1))
    (kept,) = shared(corrected_by(), held)
    (less,) = shared(corrected_by(without=[2, 3]), held)
    assert isinstance(kept, Owed)
    assert isinstance(less, Owed)
    assert kept.contents.sections == held.sections
    assert less.contents.sections == (a_section("dana", (1,)),)


def test_who_got_rates_alone_gets_rates_alone() -> None:
    (one,) = shared(corrected_by(), contents())
    assert isinstance(one, Owed)
    assert one.contents.sections == ()


def test_whoever_did_not_get_the_issue_gets_no_correction() -> None:
    assert [one.reason for one in shared(corrected_by(), None) if isinstance(one, Excluded)] == [
        NothingToSend.DID_NOT_GET_IT
    ]


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"state": SubscriptionState.UNSUBSCRIBED}, NoMail.UNSUBSCRIBED),
        ({"suppression": SuppressionReason.COMPLAINED}, NoMail.SUPPRESSED),
    ],
)
def test_who_may_not_be_mailed_any_more_gets_none(about: dict[str, object], reason: NoMail) -> None:
    (one,) = shared(corrected_by(), contents(a_section("dana", (1,))), **about)
    assert isinstance(one, Excluded)
    assert one.reason is reason


def test_whom_somebody_follows_now_does_not_matter() -> None:
    (one,) = shared(corrected_by(), contents(a_section("dana", (1,))), follows=(), cursor=99)
    assert isinstance(one, Owed)


def test_it_is_asked_page_by_page_what_readers_got() -> None:
    asked: list[int] = []

    def held(whom: Collection[SubscriberId]) -> Mapping[SubscriberId, Contents]:
        asked.append(len(whom))
        return dict.fromkeys(whom, contents(a_section("dana", (1,))))

    readers = (a_reader(number) for number in range(1, PAGE + 3))
    assert sum(isinstance(one, Owed) for one in share_again(corrected_by(), readers, held)) == PAGE + 2
    assert asked == [PAGE, 2]


def test_memory_stays_flat_where_all_contents_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.compose.correcting.KEPT_CONTENTS", 1)
    held = [contents(a_section("dana", (position,))) for position in (1, 2, 1)]
    found = shared(corrected_by(), *held)
    assert [one.contents.positions for one in found if isinstance(one, Owed)] == [(1,), (2,), (1,)]


@given(frozen_issues(), st.data())
def test_a_correction_that_takes_nothing_out_holds_what_everybody_got(corrected: Frozen, data: st.DataObject) -> None:
    everybody = [data.draw(readers(number)) for number in range(1, 4)]
    got = {one.reader.subscriber.id: one.contents for one in share_out(corrected, everybody) if isinstance(one, Owed)}
    correction = corrected_by(corrected)

    def held(whom: Collection[SubscriberId]) -> Mapping[SubscriberId, Contents]:
        return {one: got[one] for one in whom if one in got}

    again = {
        one.reader.subscriber.id: one.contents
        for one in share_again(correction, everybody, held)
        if isinstance(one, Owed)
    }
    assert again.keys() == got.keys()
    for reader, one in again.items():
        assert (one.locale, one.sections) == (got[reader].locale, got[reader].sections)


def test_the_whole_correction_holds_what_was_young_when_it_was_new() -> None:
    """On the web, whoever asks a month later; nothing of it is too old by then."""
    assert whole(corrected_by(), "en").positions == whole(CORRECTED, "en").positions
    short = replace(CORRECTED, newsletter=replace(CORRECTED.newsletter, selection=Selection(max_age_days=1)))
    assert len(whole(corrected_by(short), "en").positions) == 3


@pytest.mark.parametrize(
    ("ref", "position"),
    [
        ("1", 1),
        (" 3 ", 3),
        ("https://a.example.org/one", 1),
        ("http://www.a.example.org/one/?utm_source=mail#top", 1),
        ("https://steppe-herald.example.org/2", 2),
        ("https://a.example.org/moved", 2),
    ],
)
def test_an_article_is_named_by_its_place_or_by_its_address_then_or_now(ref: str, position: int) -> None:
    now = [replace(CORRECTED.articles[1], url="https://a.example.org/moved")]
    assert taken_out(CORRECTED, now, [ref, ref]) == {Position(position)}


@pytest.mark.parametrize("ref", ["4", "", "two", "https://a.example.org/", "-1", "https://elsewhere.example.org/one"])
def test_an_article_that_the_issue_does_not_have_is_refused(ref: str) -> None:
    with pytest.raises(WrongUse, match="morning-brief-12 has no article"):
        taken_out(CORRECTED, [an_article(4)], [ref])


def test_a_correction_can_be_corrected() -> None:
    second = corrected_by(corrected_by(without=[1]), number=14)
    assert (second.id, second.corrects, second.issue_date) == (
        "morning-brief-14",
        "morning-brief-13",
        CORRECTED.issue_date,
    )
    assert [one.position for one in second.articles] == [2, 3]


def test_a_correction_waits_for_nobodys_hour_or_pace() -> None:
    weekly = Rhythm(pace=Pace.WEEKLY, weekday=Weekday.SUNDAY, hour=7, paused_until=date(2030, 1, 1))
    (one,) = shared(corrected_by(), contents(a_section("dana", (1, 2))), rhythm=weekly)
    assert isinstance(one, Owed)
    assert one.due is None
