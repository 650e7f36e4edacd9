"""The contracts of ``Shelf`` and ``ShelfView``."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from digest.collect.article import UNDATED, Article, FoundArticle, Mark, Precision, Published
from digest.collect.freshness import Add, Credit, Revise
from digest.collect.identity import traits_of
from digest.ids import GROUND, JournalistId, Position
from digest.store.tables import article_revisions
from tests.builders import a_found_article, published
from tests.contracts.desk import ASEL, DANA, Desk
from tests.fakes import NOON

LATER = NOON + timedelta(hours=1)


def _bylines(article: Article) -> dict[str, int]:
    return {byline.journalist: byline.position for byline in article.bylines}


def _all(desk: Desk) -> dict[str, Article]:
    """Return everything that stands on the shelf, by key."""
    articles = desk.shelf.articles((DANA, ASEL), above=GROUND, until=desk.shelf.height())
    return {article.key: article for article in articles}


def _known(desk: Desk, key: str) -> Article:
    return _all(desk)[key]


def _day(days_ago: int) -> Published:
    start = NOON - timedelta(days=days_ago, hours=12)
    return Published(earliest=start, latest=start + timedelta(days=1), precision=Precision.DAY)


def test_an_empty_shelf_stands_on_the_ground(desk: Desk) -> None:
    assert desk.shelf.height() == GROUND
    assert _all(desk) == {}


def test_new_articles_take_the_next_positions_in_the_order_given(desk: Desk) -> None:
    assert desk.shelve("k1", "k2") == 2
    assert desk.shelve("k3", by=ASEL) == 3
    known = _all(desk)
    assert {key: article.position for key, article in known.items()} == {"k1": 1, "k2": 2, "k3": 3}
    assert _bylines(known["k3"]) == {ASEL: 3}
    assert desk.shelf.height() == 3


def test_an_article_comes_back_as_it_was_found(desk: Desk) -> None:
    found = FoundArticle(
        title="Снег & <лёд>",
        url="https://steppe-herald.example.org/1",
        text="Первый абзац.\n\nВторой.",
        authors=("Dana Serikova", "Асель Нурлан"),
        published=_day(1),
        truncated=True,
        language="ru",
        modified_at=NOON,
        section="Экономика",
        image_url="https://steppe-herald.example.org/1.jpg",
        marks=(Mark.PAYWALL, Mark.SPONSORED),
    )
    desk.shelf.apply(DANA, [Add("k1", found)], at=NOON)
    article = _known(desk, "k1")
    assert (article.key, article.title, article.url, article.text) == ("k1", found.title, found.url, found.text)
    assert (article.authors, article.published, article.truncated) == (found.authors, found.published, True)
    assert (article.language, article.first_seen_at) == ("ru", NOON)
    assert (article.modified_at, article.section) == (NOON, "Экономика")
    assert (article.image_url, article.marks) == (found.image_url, found.marks)


def test_an_article_that_names_no_language_has_its_outlets(desk: Desk) -> None:
    desk.shelve("k1")
    assert _known(desk, "k1").language == "en"


def test_an_article_bears_the_traits_of_how_it_was_added_and_of_every_revision(desk: Desk) -> None:
    before = replace(a_found_article("Rivers rise"), url=None)
    after = replace(a_found_article("Rivers rise early"), guid="7", url="https://h.example/moved")
    desk.shelf.apply(DANA, [Add("k1", before), Add("k2", a_found_article("Rivers rise", text=""))], at=NOON)
    desk.shelf.apply(DANA, [Revise("k1", after)], at=LATER)
    asked = [*traits_of(before), *traits_of(after), "title:nowhere"]
    bearers = desk.shelf.bearers(asked)
    assert bearers.keys() == {*traits_of(before), *traits_of(after)}
    assert [article.key for article in bearers[traits_of(before)[1]]] == ["k1", "k2"]
    assert [article.key for article in bearers[traits_of(after)[0]]] == ["k1"]
    assert bearers[traits_of(after)[0]][0] == _known(desk, "k1")
    assert desk.shelf.bearers([]) == {}


def test_a_revision_that_bears_nothing_new_is_one(desk: Desk) -> None:
    found = a_found_article("Rivers rise")
    desk.shelf.apply(DANA, [Add("k1", found)], at=NOON)
    desk.shelf.apply(DANA, [Revise("k1", found), Revise("k1", found)], at=LATER)
    assert [article.key for article in desk.shelf.bearers(traits_of(found))[traits_of(found)[0]]] == ["k1"]


def test_a_revision_beyond_the_words_is_kept_and_saves_no_words(desk: Desk) -> None:
    found = a_found_article()
    desk.shelf.apply(DANA, [Add("k1", found)], at=NOON)
    told = replace(found, modified_at=NOON, section="Roads", image_url="https://h.example/1.jpg", marks=(Mark.PAYWALL,))
    desk.shelf.apply(DANA, [Revise("k1", told)], at=LATER)
    article = _known(desk, "k1")
    assert (article.modified_at, article.section, article.image_url) == (NOON, "Roads", "https://h.example/1.jpg")
    assert article.marks == (Mark.PAYWALL,)
    with desk.engine.connect() as connection:
        assert connection.execute(select(article_revisions)).all() == []


def test_a_revision_that_says_nothing_beyond_the_words_erases_nothing(desk: Desk) -> None:
    told = replace(a_found_article(), modified_at=NOON, section="Roads", marks=(Mark.OPINION,))
    desk.shelf.apply(DANA, [Add("k1", told)], at=NOON)
    desk.shelf.apply(DANA, [Revise("k1", a_found_article("New title"))], at=LATER)
    article = _known(desk, "k1")
    assert (article.title, article.modified_at, article.section) == ("New title", NOON, "Roads")
    assert article.marks == (Mark.OPINION,)


def test_nothing_to_do_does_nothing(desk: Desk) -> None:
    desk.shelve("k1")
    assert desk.shelf.apply(DANA, [], at=NOON) == 1


def test_a_credit_gives_the_byline_the_next_position_and_the_article_none(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    assert desk.shelf.apply(ASEL, [Credit("k1")], at=LATER) == 3
    article = _known(desk, "k1")
    assert article.position == 1
    assert _bylines(article) == {DANA: 1, ASEL: 3}
    assert article.first_seen_at == NOON


def test_a_byline_that_is_there_is_not_given_twice(desk: Desk) -> None:
    desk.shelve("k1")
    desk.shelf.apply(ASEL, [Credit("k1"), Credit("k1")], at=NOON)
    assert desk.shelf.apply(ASEL, [Credit("k1")], at=NOON) == 2
    assert desk.shelf.apply(DANA, [Credit("k1")], at=NOON) == 2
    assert _bylines(_known(desk, "k1")) == {DANA: 1, ASEL: 2}


def test_an_article_that_was_added_meanwhile_becomes_a_credit(desk: Desk) -> None:
    desk.shelve("k1")
    desk.shelf.apply(ASEL, [Add("k1", a_found_article("Other words")), Add("k2", a_found_article())], at=LATER)
    article = _known(desk, "k1")
    assert _bylines(article) == {DANA: 1, ASEL: 2}
    assert article.title == "On k1"
    assert _known(desk, "k2").position == 3


def test_the_same_new_article_twice_in_one_reading_is_one(desk: Desk) -> None:
    assert desk.shelve("k1", "k1") == 1


def test_a_revision_keeps_its_place_and_saves_the_former_words(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    found = a_found_article("New title", text="New text", authors=("Dana S.",))
    assert desk.shelf.apply(DANA, [Revise("k1", found)], at=LATER) == 2
    article = _known(desk, "k1")
    assert (article.position, article.title, article.text) == (1, "New title", "New text")
    assert (article.authors, article.first_seen_at) == (("Dana S.",), NOON)
    with desk.engine.connect() as connection:
        (former,) = connection.execute(select(article_revisions)).all()
    assert (former.article, former.title, former.text) == (1, "On k1", "The road was closed at six.")
    assert former.replaced_at == LATER


def test_a_revision_of_the_date_alone_saves_no_words(desk: Desk) -> None:
    desk.shelf.apply(DANA, [Add("k1", replace(a_found_article(), published=UNDATED))], at=NOON)
    desk.shelf.apply(DANA, [Revise("k1", a_found_article())], at=LATER)
    assert _known(desk, "k1").published.precision is Precision.INSTANT
    with desk.engine.connect() as connection:
        assert connection.execute(select(article_revisions)).all() == []


def test_a_revision_that_knows_no_address_or_language_keeps_them(desk: Desk) -> None:
    before = replace(a_found_article(), language="ru")
    desk.shelf.apply(DANA, [Add("k1", before)], at=NOON)
    desk.shelf.apply(DANA, [Revise("k1", replace(before, url=None, language=None, title="New"))], at=LATER)
    article = _known(desk, "k1")
    assert (article.url, article.language, article.title) == (before.url, "ru", "New")


@pytest.mark.parametrize("known", [UNDATED, _day(2)])
@pytest.mark.parametrize("found", [_day(1), published(NOON)])
def test_a_revision_brings_a_new_date(desk: Desk, known: Published, found: Published) -> None:
    desk.shelf.apply(DANA, [Add("k1", replace(a_found_article(), published=known))], at=NOON)
    desk.shelf.apply(DANA, [Revise("k1", replace(a_found_article(), published=found))], at=LATER)
    assert _known(desk, "k1").published == found


@pytest.mark.parametrize("found", [UNDATED, _day(1), published(NOON + timedelta(hours=1))])
def test_an_exact_instant_stays_whatever_a_revision_says(desk: Desk, found: Published) -> None:
    desk.shelf.apply(DANA, [Add("k1", replace(a_found_article(), published=published(NOON)))], at=NOON)
    desk.shelf.apply(DANA, [Revise("k1", replace(a_found_article(), published=found))], at=LATER)
    assert _known(desk, "k1").published == published(NOON)


def test_articles_are_those_with_a_byline_of_theirs_in_between(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    desk.shelve("k3", by=ASEL)
    desk.shelf.apply(ASEL, [Credit("k1")], at=NOON)  # position 4

    def keys(*journalists: JournalistId, above: int, until: int) -> list[str]:
        found = desk.shelf.articles(journalists, above=Position(above), until=Position(until))
        return [article.key for article in found]

    assert keys(DANA, above=0, until=4) == ["k1", "k2"]
    assert keys(DANA, ASEL, above=0, until=4) == ["k1", "k2", "k3"]
    assert keys(DANA, above=1, until=4) == ["k2"]
    assert keys(DANA, above=0, until=1) == ["k1"]
    assert keys(ASEL, above=3, until=4) == ["k1"]
    assert keys(ASEL, above=0, until=3) == ["k3"]
    assert keys(above=0, until=4) == []


def test_the_shelf_is_shown_as_it_stood_at_that_height(desk: Desk) -> None:
    desk.shelve("k1")
    desk.shelf.apply(ASEL, [Credit("k1")], at=NOON)
    (then,) = desk.shelf.articles([DANA], above=GROUND, until=Position(1))
    (now,) = desk.shelf.articles([DANA], above=GROUND, until=Position(2))
    assert (_bylines(then), _bylines(now)) == ({DANA: 1}, {DANA: 1, ASEL: 2})


def test_more_articles_than_one_statement_takes(desk: Desk) -> None:
    keys = [f"k{number}" for number in range(1, 1202)]
    assert desk.shelve(*keys) == 1201
    found = desk.shelf.articles([DANA], above=GROUND, until=Position(1201))
    assert [article.key for article in found] == keys
    assert _all(desk).keys() == set(keys)


def test_shelving_is_all_or_nothing(desk: Desk) -> None:
    with pytest.raises(KeyError):
        desk.shelf.apply(DANA, [Add("k1", a_found_article()), Credit("nowhere")], at=NOON)
    assert desk.shelf.height() == 0
    assert _all(desk) == {}


def test_a_journalist_who_is_not_on_the_roster_is_a_broken_promise(desk: Desk) -> None:
    with pytest.raises(KeyError, match="nobody"):
        desk.shelf.apply(JournalistId("nobody"), [Add("k1", a_found_article())], at=NOON)


def test_nothing_ever_appears_at_or_below_a_height_that_was_read(desk: Desk) -> None:
    done = Event()
    everybody = [DANA, ASEL]

    def write(name: JournalistId) -> None:
        for number in range(12):
            intents = [Add(f"{name}-{number}-{part}", a_found_article()) for part in range(3)]
            desk.shelf.apply(name, intents, at=NOON)

    def watch() -> list[tuple[int, int]]:
        seen = []
        while True:
            last = done.is_set()
            height = desk.shelf.height()
            seen.append((height, len(desk.shelf.articles(everybody, above=GROUND, until=height))))
            if last:
                return seen

    with ThreadPoolExecutor(3) as threads:
        watching = threads.submit(watch)
        writing = [threads.submit(write, name) for name in everybody]
        for one in writing:
            one.result()
        done.set()
        seen = watching.result()
    assert [count for _, count in seen] == [height for height, _ in seen]
    assert seen[-1] == (72, 72)
    positions = [article.position for article in desk.shelf.articles(everybody, above=GROUND, until=Position(72))]
    assert positions == list(range(1, 73))


def test_two_readings_that_find_the_same_article_at_once_give_it_one_place(desk: Desk) -> None:
    keys = [f"k{number}" for number in range(30)]

    def shelve(name: JournalistId) -> None:
        for key in keys:
            desk.shelf.apply(name, [Add(key, a_found_article(key))], at=NOON)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(shelve, [DANA, ASEL]))
    known = _all(desk)
    assert all(_bylines(article).keys() == {DANA, ASEL} for article in known.values())
    places = sorted(byline.position for article in known.values() for byline in article.bylines)
    assert places == list(range(1, 61))
