"""Pages of kinds that publishing systems make: what is the journalist's on them, and what is not."""

import pytest

from digest.collect.article import FoundArticle, Precision
from digest.collect.page import FoundJournalist, Page
from digest.collect.sources.page import PageReader
from tests.collect.answers import ASSUME, answer
from tests.collect.sources import author_pages as pages

PEOPLE = "https://herald.example/people/dana-serikova"
DANA = FoundJournalist(name="Dana Serikova")


def read(html: str, url: str = PEOPLE) -> Page:
    return PageReader().read(answer(html, url), ASSUME)


def seen(page: Page) -> list[tuple[str, str]]:
    return [(article.title, (article.url or "").removeprefix("https://herald.example")) for article in page.articles]


def next_of(page: Page) -> str | None:
    return page.next.ref.removeprefix("https://herald.example") if page.next is not None else None


def days(page: Page) -> list[str]:
    return [f"{article.published.best:%m-%d}" if article.published.best else "" for article in page.articles]


def texts(page: Page) -> list[str]:
    return [article.text for article in page.articles]


def authors(page: Page) -> list[tuple[str, ...]]:
    return [article.authors for article in page.articles]


def test_a_wordpress_archive() -> None:
    page = read(pages.WORDPRESS, "https://herald.example/author/dana-serikova/")
    assert page.journalist == FoundJournalist(name="Dana Serikova", bio="Covers rivers.")
    assert seen(page) == [("The canal", "/2/"), ("The dam", "/1/")]
    assert texts(page) == [pages.TEASER, pages.OTHER]
    assert authors(page) == [("Dana Serikova",), ("Timur Aliyev",)]
    assert [article.published.precision for article in page.articles] == [Precision.INSTANT] * 2
    assert days(page) == ["12-12", "12-11"]
    assert next_of(page) == "/author/dana-serikova/page/2/"


def test_a_drupal_view() -> None:
    page = read(pages.DRUPAL)
    assert page.journalist == DANA
    assert seen(page) == [
        ("What the canal tells about the river", "/node/1"),
        ("What the dam tells about the canal", "/node/2"),
    ]
    assert texts(page) == [pages.TEASER, pages.OTHER]
    assert days(page) == ["12-12", "12-12"]
    assert next_of(page) == "/people/dana-serikova?page=1"


def test_a_list_of_bitrix() -> None:
    page = read(pages.BITRIX, "https://herald.example/avtory/dana-serikova/")
    assert page.journalist == FoundJournalist(
        name="Дана Серикова",
        role="Специальный корреспондент",
        bio="Пишет о реках и каналах, о плотинах и о людях, которые живут ниже них.",
        avatar_url="https://herald.example/dana.jpg",
    )
    assert seen(page) == [("Что канал говорит о реке", "/news/2/"), ("Что плотина говорит о канале", "/news/1/")]
    assert texts(page)[1] == "Инженеры говорят, что она столько не удержит."
    assert [article.language for article in page.articles] == ["ru", "ru"]
    assert next_of(page) == "/avtory/dana-serikova/?PAGEN_1=2"


def test_a_table() -> None:
    page = read(pages.TABLE)
    assert page.journalist == DANA
    assert [url for _, url in seen(page)] == ["/a/1", "/a/2"]
    assert texts(page) == ["", ""]


def test_a_time_alone_is_of_today_or_of_the_day_above_it() -> None:
    page = read(pages.CLOCKS)
    assert [f"{article.published.best:%m-%d %H:%M}" for article in page.articles if article.published.best] == [
        "12-20 05:06",  # 10:06 in Almaty
        "12-20 04:15",
        "12-19 18:40",
    ]


def test_cards_that_are_links_as_a_whole() -> None:
    page = read(pages.WRAPPED)
    assert page.journalist == FoundJournalist(
        name="Dana Serikova",
        role="Senior editor",
        bio="Writes about rivers and canals, about dams and those who live below.",
        avatar_url="https://herald.example/dana.jpg",
    )
    assert seen(page) == [("The canal", "/a/2"), ("The dam", "/a/1")]
    assert texts(page) == [pages.TEASER, pages.OTHER]
    assert next_of(page) == "/people/dana-serikova?page=2"


def test_headings_that_do_not_link_have_their_cards_link() -> None:
    page = read(pages.READ_MORE)
    assert page.journalist == DANA
    assert seen(page) == [("The canal", "/a/2"), ("The dam", "/a/1")]
    assert texts(page) == [pages.TEASER, pages.OTHER]
    assert days(page) == ["12-12", "12-11"]


def test_what_stands_beside_the_list_is_not_the_journalists() -> None:
    page = read(pages.SIDEBARS, "https://herald.example/authors/dana-serikova")
    assert page.journalist == FoundJournalist(
        name="Dana Serikova",
        role="Correspondent",
        bio="Covers rivers.",
        avatar_url="https://herald.example/dana.jpg",
    )
    assert seen(page) == [("The canal", "/a/2"), ("The dam", "/a/1")]
    assert texts(page) == [pages.TEASER, pages.OTHER]
    assert authors(page) == [("Dana Serikova", "Timur Aliyev")] * 2
    assert next_of(page) == "/authors/dana-serikova/page/2"


def test_a_part_that_says_what_it_is_is_believed() -> None:
    card = "<article><h3><a href='/a/{0}'>Story {0}</a></h3><p>1{0} December 2025</p></article>"
    beside = f"<div role='complementary'>{card.format(1)}</div><div class='related-posts'>{card.format(2)}</div>"
    assert seen(read(pages.page(beside + card.format(3)))) == [("Story 3", "/a/3")]


def test_a_list_of_the_latest_is_believed_where_it_is_the_only_one() -> None:
    card = "<li><h3><a href='/a/{0}'>Story {0}</a></h3><p>1{0} December 2025</p></li>"
    cards = "".join(card.format(n) for n in (3, 2, 1))
    assert len(read(pages.page(f"<h1>Dana Serikova</h1><h2>Latest articles</h2><ul>{cards}</ul>")).articles) == 3
    assert read(pages.page(f"<h1>Dana Serikova</h1><h2>Most read</h2><ul>{cards}</ul>")).articles == ()


def test_a_page_that_a_script_draws() -> None:
    page = read(pages.SCRIPTED)
    assert seen(page) == [("The canal & the river", "/a/1"), ("The dam", "/a/2")]
    assert texts(page) == ["Water reached the canal.", ""]
    assert authors(page) == [("Dana Serikova",)] * 2
    assert days(page) == ["12-19", "12-18"]


@pytest.mark.parametrize(
    "script",
    [
        "window.__STATE__ = {};\nstart();",
        "window.__STATE__ = {",
        '{"posts": [{"title": "T"}, {"title": "U"}]}',
        '{"posts": [{"title": "T", "url": "/a/1"}]}',
        '{"posts": [{"title": "T", "url": "ftp://x", "date": "2025-12-19"}]}',
        "[" * 100_000,
        f"[{'0,' * 60_000}0]",
        f"[{' ' * 3_000_000}]",
        "start()",
    ],
)
def test_data_that_lists_no_articles_is_none(script: str) -> None:
    assert read(pages.page(f"<h1>Dana Serikova</h1><script>{script}</script>")).articles == ()


def test_a_program_may_hold_the_list() -> None:
    listed = (
        '[{"attributes": {"title": {"rendered": "A &amp; B"}, "link": "/a/1", "date": "2025-12-19", "author": {}}}]'
    )
    page = read(pages.page(f"<h1>Dana Serikova</h1><script>window.__S__ = {listed};run()</script>"))
    assert seen(page) == [("A & B", "/a/1")]


def test_arabic_from_right_to_left() -> None:
    page = read(pages.ARABIC)
    assert page.journalist == FoundJournalist(name="دانا سيريكوفا", role="مراسلة")
    assert seen(page) == [("القناة والنهر", "/a/1"), ("السد", "/a/2")]
    assert texts(page)[1].endswith("وإنه سيفعل ذلك.")
    assert days(page) == ["12-19", "12-18"]
    assert next_of(page) == "/author/dana/page/2/"


def test_microformats() -> None:
    page = read(pages.H_FEED)
    assert page.journalist == FoundJournalist(
        name="Dana Serikova",
        role="Editor",
        bio="Covers rivers.",
        avatar_url="https://herald.example/dana.jpg",
        outlet="The Herald",
    )
    assert seen(page) == [("Rain", "/a/1"), ("Snow", "/a/2")]
    assert texts(page) == [pages.TEASER, ""]
    assert authors(page) == [("Dana Serikova",), ("Timur Aliyev",)]
    assert days(page) == ["12-18", "12-17"]


def test_classes_that_say_less_than_the_page_are_not_believed() -> None:
    page = read(pages.FALSE_HATOM)
    assert page.journalist == DANA
    assert [(article.title, article.text, article.authors) for article in page.articles] == [
        ("The canal", pages.TEASER, ("Dana Serikova",)),
        ("The dam", pages.OTHER, ("Dana Serikova",)),
    ]


def test_the_authors_box_of_the_page_is_no_article() -> None:
    name = "<h3><a href='/people/dana-serikova/'>Dana Serikova</a></h3>"
    box = f"<div>{name}<p>Covers rivers and canals, all of them.</p></div>"
    card = "<article><h3><a href='/a/1'>The canal</a></h3><p>1 December 2025</p></article>"
    assert seen(read(pages.page(box + card))) == [("The canal", "/a/1")]


def test_of_several_links_in_a_heading_the_longest_is_the_title() -> None:
    heading = "<h3><a href='/rivers'>Rivers</a>: <a href='/a/1'>What the canal tells</a></h3>"
    assert seen(read(pages.page(f"<article>{heading}<p>1 December 2025</p></article>"))) == [
        ("What the canal tells", "/a/1")
    ]


def test_the_title_is_the_headings_text_however_it_is_broken() -> None:
    card = "<article><h3><a href='/a/1'>What the canal<br>tells</a></h3><p>1 December 2025</p></article>"
    article: FoundArticle = read(pages.page(card)).articles[0]
    assert article.title == "What the canal tells"


def test_a_heading_within_a_heading_is_none() -> None:
    odd = "<div><h2><a href='/a/1'>The canal<div><h3>2025</h3></div></a></h2><p>1 December 2025</p></div>"
    assert [url for _, url in seen(read(pages.page(odd)))] == ["/a/1"]


def test_pages_without_end_are_read_in_linear_time() -> None:
    for part in ("<h3>Most read</h3>", "<div class=caption>", "<div class=sidebar><h3><a href=/x>y</a></h3>"):
        assert len(read(pages.page(f"<article><h2><a href=/a>b</a></h2><p>1 May 2025</p>{part * 3000}")).articles) <= 1
