from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.article import UNDATED, Article, FoundArticle, Precision, Published
from digest.collect.freshness import Add, Credit, Revise, decide, in_the_words_of, too_early
from digest.collect.identity import key_of
from digest.collect.text.dates import instant
from digest.ids import JournalistId
from tests.collect.answers import MemoryShelf

NOW = datetime(2025, 12, 19, 12, tzinfo=UTC)
DANA, TIMUR = JournalistId("dana"), JournalistId("timur")
TEXT = "Water reached the canal on Monday. Nobody had expected it before spring, said the engineer of the district."


def found(title: str = "Rivers rise", **more: object) -> FoundArticle:
    return replace(FoundArticle(title=title, text=TEXT, url=f"https://h.example/{title.replace(' ', '-')}/"), **more)  # type: ignore[arg-type]


def known(*articles: FoundArticle, by: JournalistId = DANA) -> dict[str, Article]:
    shelf = MemoryShelf()
    shelf.apply(by, decide({}, articles, by), at=NOW)
    return shelf.articles


def relative(days: float, width: float = 1) -> Published:
    latest = NOW - timedelta(days=days)
    return Published(earliest=latest - timedelta(days=width), latest=latest, precision=Precision.RELATIVE)


def test_unknown_articles_are_added_oldest_first() -> None:
    newest, middle, oldest = (found(str(day), published=relative(day)) for day in (1, 2, 3))
    assert decide({}, [newest, middle, oldest], DANA) == tuple(
        Add(key_of(article), article) for article in (oldest, middle, newest)
    )


def test_an_undated_article_stays_beside_its_neighbour() -> None:
    shown = [found("1", published=relative(1)), found("2"), found("3", published=relative(3)), found("4")]
    titles = [intent.found.title for intent in decide({}, shown, DANA) if isinstance(intent, Add)]
    assert titles == ["4", "3", "2", "1"]


def test_an_article_that_is_shown_twice_is_added_once() -> None:
    assert decide({}, [found(), found(text="A teaser in the sidebar.")], DANA) == (Add(key_of(found()), found()),)


def test_what_is_known_and_unchanged_needs_nothing() -> None:
    assert decide(known(found()), [found()], DANA) == ()


@pytest.mark.parametrize(
    "changed", [found(title="Rivers rise", text="Water has reached the canal."), found(authors=("Dana S",))]
)
def test_new_words_are_a_revision(changed: FoundArticle) -> None:
    assert decide(known(found()), [changed], DANA) == (Revise(key_of(found()), changed),)


def test_a_new_headline_is_a_revision() -> None:
    changed = replace(found(), title="Rivers rise early")
    assert decide(known(found()), [changed], DANA) == (Revise(key_of(found()), changed),)


@pytest.mark.parametrize("excerpt", [TEXT[:40] + " […]", TEXT[:40] + "...", TEXT[:40] + "…", TEXT[:40], ""])
def test_a_shorter_excerpt_never_replaces_a_fuller_text(excerpt: str) -> None:
    assert decide(known(found()), [found(text=excerpt, truncated=True)], DANA) == ()


def test_a_fuller_text_replaces_its_excerpt() -> None:
    before = known(found(text=TEXT[:40] + "…", truncated=True))
    assert decide(before, [found()], DANA) == (Revise(key_of(found()), found()),)


def test_a_correction_replaces_what_it_corrects() -> None:
    corrected = TEXT.replace("Monday", "Tuesday")
    (intent,) = decide(known(found()), [found(text=corrected)], DANA)
    assert isinstance(intent, Revise)
    assert intent.found.text == corrected


def test_a_relative_date_never_makes_an_article_jump() -> None:
    before = known(found(published=relative(2)))
    assert decide(before, [found(published=relative(1.6))], DANA) == ()
    assert decide(before, [found(published=UNDATED)], DANA) == ()


def test_a_more_exact_date_is_a_revision_and_another_exact_one_is_not() -> None:
    exact = instant(NOW - timedelta(days=2))
    (intent,) = decide(known(found(published=relative(2))), [found(published=exact)], DANA)
    assert isinstance(intent, Revise)
    assert intent.found.published == exact
    assert decide(known(found(published=exact)), [found(published=instant(NOW))], DANA) == ()


def test_one_paragraph_never_replaces_the_same_words_in_several_and_is_replaced_by_them() -> None:
    apart = TEXT.replace(". ", ".\n\n")
    assert decide(known(found(text=apart)), [found(text=TEXT)], DANA) == ()
    (intent,) = decide(known(found(text=TEXT)), [found(text=apart)], DANA)
    assert isinstance(intent, Revise)
    assert intent.found.text == apart


def test_an_address_is_added_and_follows_a_moved_article_but_not_another_spelling() -> None:
    def address(before: str | None, after: str | None) -> str | None:
        old = known(found(url=before))
        (article,) = old.values()
        new = found(url=after)
        intents = decide({key_of(new): article}, [new], DANA)
        assert all(isinstance(intent, Revise) and intent.key == article.key for intent in intents)
        return intents[0].found.url if isinstance(intents[0] if intents else None, Revise) else article.url

    assert address(None, "https://h.example/a") == "https://h.example/a"
    assert address("https://h.example/a", None) == "https://h.example/a"
    assert address("https://h.example/a", "http://www.h.example/a/") == "https://h.example/a"
    assert address("https://h.example/a", "https://h.example/b") == "https://h.example/b"


def test_another_source_adds_what_is_missing_and_says_no_word() -> None:
    (old,) = known(found(url=None, published=relative(2))).values()
    other = found(
        "Another title", text="Another text.", url="https://h.example/a", published=instant(NOW), authors=("B",)
    )
    merged = in_the_words_of(old, other)
    assert (merged.title, merged.text, merged.url) == (old.title, old.text, "https://h.example/a")
    assert (merged.published, merged.authors) == (instant(NOW), ("B",))
    (kept,) = known(found(url="https://h.example/first")).values()
    assert in_the_words_of(kept, other).url == "https://h.example/first"


def test_names_are_only_added() -> None:
    before = known(found(authors=("Dana Serikova", "Timur Aliyev")))
    assert decide(before, [found(authors=("dana-serikova",))], DANA) == ()


def test_a_co_author_is_credited_and_may_bring_a_revision() -> None:
    assert decide(known(found(), by=TIMUR), [found()], DANA) == (Credit(key_of(found())),)
    both = decide(known(found(), by=TIMUR), [found(text="Other words.")], DANA)
    assert [type(intent) for intent in both] == [Revise, Credit]


def test_what_comes_out_in_more_than_a_day_is_held_back() -> None:
    assert too_early(found(published=instant(NOW + timedelta(hours=25))), NOW)
    assert not too_early(found(published=instant(NOW + timedelta(hours=23))), NOW)
    assert not too_early(found(published=relative(1)), NOW)
    assert not too_early(found(), NOW)


articles = st.builds(
    FoundArticle,
    title=st.sampled_from(["A", "B", "a!"]),
    text=st.sampled_from(["", "x", "x y", "x…", "z"]),
    url=st.sampled_from([None, "https://h.example/1", "http://h.example/1/", "https://h.example/2"]),
    authors=st.sampled_from([(), ("Dana S",), ("D. S", "Timur A")]),
    published=st.sampled_from([UNDATED, relative(1), relative(2), instant(NOW)]),
    truncated=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(st.lists(articles, max_size=5), max_size=4))
def test_reading_the_same_again_changes_nothing(readings: list[list[FoundArticle]]) -> None:
    shelf = MemoryShelf()
    for reading in readings:
        shelf.apply(DANA, decide(shelf.articles, reading, DANA), at=NOW)
        height = shelf.height
        assert [intent for intent in decide(shelf.articles, reading, DANA) if isinstance(intent, Add | Credit)] == []
        assert shelf.height == height
    assert len(shelf.articles) == shelf.height


@settings(deadline=None)
@given(articles, articles)
def test_two_readings_of_one_article_settle(one: FoundArticle, other: FoundArticle) -> None:
    shelf = MemoryShelf()
    for reading in ([one], [other], [other]):
        last = decide(shelf.articles, reading, DANA)
        shelf.apply(DANA, last, at=NOW)
    assert last == ()
