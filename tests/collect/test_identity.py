from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.collect.article import UNDATED, Article, FoundArticle, Precision, Published
from digest.collect.freshness import decide
from digest.collect.identity import key_of, recognise, traits_of
from digest.collect.text.dates import instant
from digest.ids import JournalistId
from tests.collect.answers import MemoryShelf

NOW = datetime(2025, 12, 19, 12, tzinfo=UTC)
DANA, TIMUR = JournalistId("dana"), JournalistId("timur")
TEXT = "Water reached the canal on Monday. Nobody had expected it before spring, said the engineer of the district."
OTHER = "A train with forty wagons of grain left the border station, the first since the bridge was closed in autumn."


def found(title: str = "Rivers rise", **more: object) -> FoundArticle:
    return replace(FoundArticle(title=title, text=TEXT, url=f"https://h.example/{title.replace(' ', '-')}/"), **more)  # type: ignore[arg-type]


def days_ago(days: float) -> Published:
    latest = NOW - timedelta(days=days - 1)
    return Published(earliest=latest - timedelta(days=2), latest=latest, precision=Precision.RELATIVE)


def which(*articles: FoundArticle, known: Sequence[FoundArticle], by: JournalistId = DANA) -> list[str | None]:
    """Return the keys of the known articles that these are."""
    shelf = MemoryShelf()
    shelf.apply(by, decide({}, known, by), at=NOW)
    bearers = shelf.bearers([trait for article in articles for trait in traits_of(article)])
    recognised = recognise(articles, bearers, DANA)
    return [recognised[key_of(article)].key if key_of(article) in recognised else None for article in articles]


def test_the_address_is_the_identity_whatever_the_words() -> None:
    assert key_of(found("A", url="https://www.h.example/a/")) == key_of(found("B", url="http://h.example/a"))
    assert key_of(found(url="https://h.example/a")) != key_of(found(url="https://h.example/b"))


def test_without_an_address_title_and_first_words_are_the_identity() -> None:
    one = found("Rivers  Rise!", url=None)
    assert key_of(one) == key_of(found("rivers rise", url=None, text=TEXT.replace("engineer", "Engineer") + " More."))
    assert key_of(one) != key_of(found("Rivers Rise!", url=None, text="Another week of the same column."))
    assert key_of(one) == key_of(replace(one, published=days_ago(2), authors=("Somebody Else",)))
    assert key_of(one).startswith("words:")


def test_an_endless_address_has_a_key_of_bounded_length() -> None:
    assert len(key_of(found(url="https://h.example/" + "a" * 3000))) < 100


def test_the_traits_are_key_title_words_and_the_feeds_id() -> None:
    assert [trait.partition(":")[0] for trait in traits_of(found(guid="7"))] == ["key", "title", "words", "guid"]
    assert [trait.partition(":")[0] for trait in traits_of(found(text=""))] == ["key", "title"]
    other_host = found(guid="7", url="https://other.example/7")
    assert traits_of(found(guid="7"))[3] != traits_of(other_host)[3]


CAPTURED = found("Rivers rise early in the south", url=None, published=days_ago(2))
IN_FEED = found("Rivers rise early in the south", url="https://h.example/r", published=instant(NOW - timedelta(days=2)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CAPTURED, IN_FEED),
        (IN_FEED, CAPTURED),
        (CAPTURED, replace(IN_FEED, title="Rivers  Rise Early in the South!", text=TEXT + " More of it.")),
        (CAPTURED, replace(IN_FEED, text="The south. " + TEXT)),
        (replace(CAPTURED, text=""), IN_FEED),
        (CAPTURED, replace(IN_FEED, text="")),
        (replace(CAPTURED, published=UNDATED), IN_FEED),
        (
            CAPTURED,
            replace(IN_FEED, text="Expected by nobody, the water reached the canal on Monday, an engineer said."),
        ),
        (replace(CAPTURED, title="Rivers"), replace(IN_FEED, title="Rivers", text="The south. " + TEXT)),
        (replace(IN_FEED, guid="7"), replace(IN_FEED, guid="7", url="https://h.example/moved")),
        (
            replace(IN_FEED, guid="7"),
            replace(IN_FEED, guid="7", url="https://h.example/moved", title="New", text=OTHER),
        ),
        (IN_FEED, replace(IN_FEED, url="https://h.example/moved", text=OTHER)),
        (
            replace(IN_FEED, guid="7", published=days_ago(2)),
            replace(IN_FEED, guid="7", published=days_ago(2.2), url="https://h.example/moved", title="New"),
        ),
    ],
)
def test_one_article_is_recognised_however_it_is_shown(old: FoundArticle, new: FoundArticle) -> None:
    assert key_of(old) != key_of(new)
    shelf = MemoryShelf()
    shelf.apply(DANA, decide({}, [old], DANA), at=NOW)
    assert recognise([new], shelf.bearers(traits_of(new)), DANA) == {key_of(new): shelf.articles[key_of(old)]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CAPTURED, replace(IN_FEED, text=OTHER)),
        (CAPTURED, replace(IN_FEED, text="The south. " + TEXT, published=instant(NOW - timedelta(days=9)))),
        (CAPTURED, replace(IN_FEED, text="The south. " + TEXT, published=UNDATED)),
        (replace(CAPTURED, title="Rivers", text=""), replace(IN_FEED, title="Rivers")),
        (CAPTURED, replace(CAPTURED, text=OTHER)),
        (IN_FEED, replace(IN_FEED, url="https://other.example/r")),
        (IN_FEED, replace(IN_FEED, url="https://h.example/r2", published=instant(NOW))),
        (
            replace(IN_FEED, guid="7"),
            replace(
                IN_FEED, guid="7", url="https://h.example/s", title="New", published=instant(NOW + timedelta(days=9))
            ),
        ),
        (replace(IN_FEED, guid="7"), replace(IN_FEED, guid="7", url="https://o.example/s", title="New")),
        (CAPTURED, replace(IN_FEED, published=instant(NOW - timedelta(days=9)))),
        (
            replace(IN_FEED, guid="1"),
            replace(IN_FEED, guid="1", url="https://h.example/s", published=instant(NOW - timedelta(days=9))),
        ),
        (
            replace(IN_FEED, guid="1"),
            replace(
                IN_FEED,
                guid="1",
                url="https://h.example/s",
                title="New",
                text=OTHER,
                published=instant(NOW - timedelta(days=2, hours=1)),
            ),
        ),
    ],
)
def test_two_articles_with_something_in_common_stay_two(old: FoundArticle, new: FoundArticle) -> None:
    assert which(new, known=[old]) == [None]


def test_a_title_alone_counts_only_among_one_journalists_articles() -> None:
    elsewhere = replace(IN_FEED, text="The south. " + TEXT)
    assert which(elsewhere, known=[CAPTURED]) == [key_of(CAPTURED)]
    assert which(elsewhere, known=[CAPTURED], by=TIMUR) == [None]
    both = replace(elsewhere, authors=("Dana Serikova",))
    known = replace(CAPTURED, authors=("Timur Aliev", "Serikova Dana"))
    shelf = MemoryShelf()
    shelf.apply(TIMUR, decide({}, [known], TIMUR), at=NOW)
    assert recognise([both], shelf.bearers(traits_of(both)), DANA).keys() == {key_of(both)}


def test_the_numbers_of_a_column_are_told_apart_by_their_words() -> None:
    column = "What you must know this morning in Almaty"
    shown = [
        found(column, url=f"https://h.example/{n}", text=text, published=instant(NOW - timedelta(days=n)))
        for n, text in ((1, OTHER), (2, "The south. " + TEXT))
    ]
    captured = found(column, url=None, published=days_ago(1.5))
    shelf = MemoryShelf()
    shelf.apply(DANA, decide({}, [captured], DANA), at=NOW)
    bearers = shelf.bearers([trait for article in shown for trait in traits_of(article)])
    assert recognise(shown, bearers, DANA).keys() == {key_of(shown[1])}


def test_two_articles_of_a_page_are_never_one_known_article() -> None:
    twice = [IN_FEED, replace(IN_FEED, url="https://h.example/r2")]
    assert which(*twice, known=[CAPTURED]).count(None) == 1
    shelf = MemoryShelf()
    shelf.apply(DANA, decide({}, [CAPTURED], DANA), at=NOW)
    (known,) = shelf.articles.values()
    assert recognise([IN_FEED], shelf.bearers(traits_of(IN_FEED)), DANA, taken=[known.position]) == {}


def test_an_article_that_was_recognised_once_is_known_by_what_it_was_then() -> None:
    shelf = MemoryShelf()
    for article in (CAPTURED, IN_FEED):
        known: dict[str, Article] = recognise([article], shelf.bearers(traits_of(article)), DANA)
        shelf.apply(DANA, decide(known, [article], DANA), at=NOW)
    renamed = replace(IN_FEED, title="Another headline", text=OTHER)
    assert len(shelf.articles) == 1
    assert recognise([renamed], shelf.bearers(traits_of(renamed)), DANA).keys() == {key_of(renamed)}
