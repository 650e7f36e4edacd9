from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.collect.article import UNDATED, Article, FoundArticle, Mark, Precision, Published
from digest.collect.follow import completed
from digest.collect.freshness import Revise, decide, in_the_words_of
from digest.collect.identity import key_of
from digest.collect.particulars import last_change, with_known
from digest.collect.text.dates import instant
from digest.ids import JournalistId
from tests.collect.answers import MemoryShelf

TEN = datetime(2025, 12, 19, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DANA = JournalistId("dana")
PICTURE = "https://h.example/rivers.jpg"
KNOWN = FoundArticle(
    title="Rivers rise",
    url="https://h.example/rivers/",
    text="Water reached the canal on Monday.",
    published=instant(TEN),
    modified_at=TEN + HOUR,
    section="Water",
    image_url=PICTURE,
    marks=(Mark.OPINION,),
)
SILENT = FoundArticle(title=KNOWN.title, url=KNOWN.url, text=KNOWN.text, published=KNOWN.published)


def shelved(article: FoundArticle = KNOWN) -> dict[str, Article]:
    shelf = MemoryShelf()
    shelf.apply(DANA, decide({}, [article], DANA), at=TEN)
    return shelf.articles


def revised(new: FoundArticle, old: FoundArticle = KNOWN) -> FoundArticle | None:
    intents = decide(shelved(old), [new], DANA)
    assert all(isinstance(intent, Revise) and intent.key == key_of(old) for intent in intents)
    return next((intent.found for intent in intents if isinstance(intent, Revise)), None)


def test_what_a_source_does_not_say_erases_nothing() -> None:
    assert with_known(SILENT, KNOWN) == KNOWN
    assert revised(SILENT) is None
    assert revised(KNOWN) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"modified_at": TEN + 2 * HOUR},
        {"section": "Irrigation"},
        {"image_url": "https://h.example/canal.jpg"},
        {"marks": (Mark.PAYWALL, Mark.OPINION)},
    ],
)
def test_a_change_beyond_the_words_is_a_revision(changes: dict[str, object]) -> None:
    changed = replace(KNOWN, **changes)  # type: ignore[arg-type]
    assert revised(changed) == changed
    assert revised(changed, SILENT) == changed


def test_what_was_not_known_is_a_revision() -> None:
    assert revised(KNOWN, SILENT) == KNOWN


def test_a_mark_stays_once_it_was_seen_and_marks_are_in_their_order() -> None:
    new = revised(replace(SILENT, marks=(Mark.SPONSORED, Mark.PAYWALL)))
    assert new is not None
    assert new.marks == (Mark.PAYWALL, Mark.OPINION, Mark.SPONSORED)


def test_the_last_change_only_moves_forward() -> None:
    assert revised(replace(KNOWN, modified_at=TEN)) is None


def test_a_picture_with_another_query_is_the_same_picture() -> None:
    assert revised(replace(KNOWN, image_url=f"{PICTURE}?signed=7")) is None


def test_a_change_before_the_article_was_out_is_none() -> None:
    day = Published(earliest=TEN, latest=TEN + 24 * HOUR, precision=Precision.DAY)
    assert last_change(instant(TEN), TEN - HOUR) is None
    assert last_change(instant(TEN), TEN) == TEN
    assert last_change(day, TEN + HOUR, None, TEN - HOUR) == TEN + HOUR
    assert last_change(UNDATED, TEN - HOUR) == TEN - HOUR
    assert last_change(UNDATED) is None


def test_of_two_sources_the_first_keeps_its_section_and_picture() -> None:
    (old,) = shelved().values()
    other = replace(
        SILENT,
        title="Rivers",
        modified_at=TEN + 2 * HOUR,
        section="News",
        image_url="https://h.example/thumb.jpg",
        marks=(Mark.PAYWALL,),
    )
    merged = in_the_words_of(old, other)
    assert (merged.section, merged.image_url, merged.title) == ("Water", PICTURE, "Rivers rise")
    new = revised(merged)
    assert new == replace(KNOWN, modified_at=TEN + 2 * HOUR, marks=(Mark.PAYWALL, Mark.OPINION))
    (bare,) = shelved(SILENT).values()
    assert in_the_words_of(bare, other).section == "News"
    assert in_the_words_of(bare, other).image_url == "https://h.example/thumb.jpg"


def test_an_article_s_own_page_adds_what_its_list_does_not_say() -> None:
    assert completed(SILENT, KNOWN, ()) == KNOWN
    listed = replace(SILENT, section="News", marks=(Mark.SPONSORED,))
    both = completed(listed, KNOWN, ())
    assert (both.section, both.marks, both.image_url) == ("News", (Mark.OPINION, Mark.SPONSORED), PICTURE)


def test_a_change_that_only_the_page_knows_is_measured_by_the_better_date() -> None:
    listed = replace(SILENT, published=Published(earliest=TEN - 10 * HOUR, latest=TEN + 14 * HOUR))
    own = replace(SILENT, published=instant(TEN), modified_at=TEN + HOUR)
    early = replace(listed, modified_at=TEN - HOUR)
    assert completed(early, own, ()).modified_at == TEN + HOUR
    assert completed(early, replace(own, modified_at=None), ()).modified_at is None
