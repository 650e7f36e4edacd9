from typing import Any

import pytest

from digest.collect.article import Precision
from tests.collect.sources.article_pages import HEADING, TEN, TITLE, URL, ld, meta, news, page, person, read, read_page


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ([person("Ann One"), person("Bo Two")], ("Ann One", "Bo Two")),
        (person("Ann One"), ("Ann One",)),
        ("Ann One", ("Ann One",)),
        (["Ann One", "Bo Two"], ("Ann One", "Bo Two")),
        (person(["Ann One", "Bo Two"]), ("Ann One", "Bo Two")),
        ({"@type": "Person", "givenName": "Ann", "familyName": "One"}, ("Ann One",)),
        (person("Ann One and Bo Two"), ("Ann One", "Bo Two")),
        (person("Ann One und Bo Two, dpa"), ("Ann One", "Bo Two", "dpa")),
        (person("Ana Pérez y Luis Gómez"), ("Ana Pérez", "Luis Gómez")),
        (person("José Ortega y Gasset"), ("José Ortega y Gasset",)),
        (person("Von Ann One (ao)"), ("Ann One",)),
        (person("By Ann One"), ("Ann One",)),
        (person("Gastbeitrag von Ann One"), ("Ann One",)),
        (person("Autor: Ann One"), ("Ann One",)),
        (person("Von HERALD-Redakteurin Ann One"), ("Ann One",)),
        (person("Ann One, Political Editor"), ("Ann One",)),
        (person("Von Ann One, ARD Berlin"), ("Ann One",)),
        (person("ANN ONE and Bo Two"), ("ANN ONE", "Bo Two")),
        (person("Ann One for The Herald"), ("Ann One",)),
        (person("Ann One, Herald News, Kyiv"), ("Ann One",)),
        (person("The Herald, Ann One"), ("Ann One",)),
        (person("Ann One, AFP"), ("Ann One", "AFP")),
        (person("Political Editor"), ("Political Editor",)),
        (person("Seb Dumitru, Lille"), ("Seb Dumitru", "Lille")),
        (person("Associated Press"), ("Associated Press",)),
        (person("Ursula von der Leyen"), ("Ursula von der Leyen",)),
        ([person("The Herald"), person("Ann One")], ("Ann One",)),
        (person("Ann Herald"), ("Ann Herald",)),
        (person("srf/hosb; kesm"), ("srf/hosb", "kesm")),
        (person("Ann One/Bo Two"), ("Ann One", "Bo Two")),
        (person("Ann One / Staff reporter"), ("Ann One",)),
        (person("Ann One/dpa"), ("Ann One", "dpa")),
        (person("Ann One \u200b Barcelona"), ("Ann One",)),
        (person("田中花子記者"), ("田中花子",)),
        (person("김하나 기자"), ("김하나",)),
        ([person("Ann One"), person("Herald Verlag und Druck GmbH")], ("Ann One",)),
        ([person("Ann One"), person("Redaktion")], ("Ann One",)),
        (person("No Author"), ()),
        ({"@type": "Person", "byline": "Ann One"}, ("Ann One",)),
        ({"@list": [person("Ann One"), person([{"@value": "Bo Two"}])]}, ("Ann One", "Bo Two")),
        (person("Ann One, HERALD NORTH"), ("Ann One",)),
        (person("Ann One mit dpa"), ("Ann One", "dpa")),
        (person("Ann One, mit Material von dpa"), ("Ann One", "dpa")),
        (person("Jean Un et Luc Deux avec AFP"), ("Jean Un", "Luc Deux", "AFP")),
        (person("Interview: Ann One"), ("Ann One",)),
        (person("Text: Ann One, Fotos: Bo Two"), ("Ann One", "Bo Two")),
        (person("Aufgezeichnet von Ann One"), ("Ann One",)),
        (person("Ann One and agencies"), ("Ann One",)),
        (person("di Giulia Uno e Marco Due"), ("Giulia Uno", "Marco Due")),
        (person("Av Kari En og Ola To"), ("Kari En", "Ola To")),
        (person("Ann One - The Herald"), ("Ann One",)),
        (person("Ann One @annone"), ("Ann One",)),
        ([person("Editorial Board"), person("Ann One")], ("Ann One",)),
        (person("Editorial Board"), ("Editorial Board",)),
        (person("Дана Серикова и Тимур Алиев"), ("Дана Серикова", "Тимур Алиев")),
        (["https://herald.example/people/ann", "@ann", "A", "5 min read", "x" * 90], ()),
        ([3, None, {"@type": "Person"}], ()),
        ("An article that is far too long to be anybody's name at all", ()),
    ],
)
def test_authors_come_in_every_shape(author: Any, names: tuple[str, ...]) -> None:
    assert read(page(ld(news(author=author)))).authors == names


def test_references_in_a_graph_are_resolved_and_the_pages_own_node_is_not_asked() -> None:
    graph = {
        "@graph": [
            {"@type": "WebPage", "author": person("Kate Uploader"), "datePublished": "2020-01-01"},
            {"@type": "Person", "@id": "#ann", "name": "Ann One"},
            news(author=[{"@id": "#ann"}]),
        ]
    }
    article = read(page(ld(graph)))
    assert (article.authors, article.published.at) == (("Ann One",), TEN)


def test_news_goes_before_blogs_and_logins_are_the_last_resort() -> None:
    blog = {"@type": "BlogPosting", "headline": TITLE, "author": person("chuck-ross")}
    assert read(page(ld(blog, news(author=person("Chuck Ross"))))).authors == ("Chuck Ross",)
    assert read(page(ld(blog) + meta(author="Chuck Ross"))).authors == ("Chuck Ross",)
    assert read(page(ld(blog))).authors == ("chuck-ross",)


def test_of_several_articles_the_one_at_this_address_counts() -> None:
    other = news(headline="Other", url="/news/other", author=person("Bo Two"))
    assert read(page(ld(other, news(url=URL, author=person("Ann One"))))).authors == ("Ann One",)
    assert read(page(ld(news(author=person("Ann One")), other))).authors == ("Ann One",)


def test_who_is_left_out_by_one_reading_is_named_by_another() -> None:
    first = ld(news(author=person("Ann One")))
    assert read(page(first + meta(author="Ann One, Bo Two"))).authors == ("Ann One", "Bo Two")
    assert read(page(first + meta(author="Cy Three, Bo Two"))).authors == ("Ann One",)
    byline = f"{HEADING}<p class=byline>By <a rel=author>Ann One</a> and <a rel=author>Bo Two</a></p>"
    assert read(page(first, byline)).authors == ("Ann One", "Bo Two")


@pytest.mark.parametrize(
    "name",
    [
        "author",
        "article:author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
        "cXenseParse:author",
        "byl",
        "dc.creator",
        "DC.Creator",
        "citation_author",
    ],
)
def test_the_head_names_authors_in_many_ways(name: str) -> None:
    first = f"<meta name='{name}' content='By Ann One'><meta name='{name}' content='Bo Two'>"
    assert read(page(meta(article__author="https://facebook.com/herald") + first)).authors == ("Ann One", "Bo Two")


def test_what_networks_label_as_the_author_is_read() -> None:
    said = "<meta name='twitter:label1' content='{}'><meta name='twitter:data1' content='Ann One'>"
    assert read(page(said.format("Written by"))).authors == ("Ann One",)
    assert read(page(said.format("Est. reading time"))).authors == ()


@pytest.mark.parametrize(
    "byline",
    [
        "<a rel='author' href='/a'>Ann One</a>",
        "<span itemprop='author' itemscope><a href='/a'><span itemprop='name'>Ann One</span></a>Reporter</span>",
        "<meta itemprop='author' content='Ann One'>",
        "<span class='author vcard'><a class='url fn' href='/a'>Ann One</a></span>",
        "<div class='article-byline'><a href='/author/ann'>Ann One</a> in Paris</div>",
        "<div class='c-author__name'>Ann One</div>",
        "<p class='byline'>By Ann One | 19 December 2025 | 4 min read</p>",
        "<div class='story-author-line'><div>Von Ann One</div><div>19.12.2025</div></div>",
        "<article><address>Ann One</address></article>",
    ],
)
def test_a_visible_byline_is_found(byline: str) -> None:
    assert read(page(body=HEADING + byline)).authors == ("Ann One",)


def test_of_what_is_shown_the_markup_that_names_more_people_has_the_say() -> None:
    both = "<ul class=authors><li>von <a href='/autor/a'>Ann One</a></li><li>und <b>Bo Two</b></li></ul>"
    assert read(page(body=HEADING + both)).authors == ("Ann One", "Bo Two")
    place = "<p class=byline><a href='/author/a'>Ann One</a> | Berlin</p>"
    assert read(page(body=HEADING + place)).authors == ("Ann One",)
    assert read(page(ld(news(author=person("Ann One"))), HEADING + both)).authors == ("Ann One",)


@pytest.mark.parametrize(
    "said",
    [
        "<meta name='herald_authors' content='Ann One'>",
        "<meta property='mrf:authors' content='Ann One'>",
        "<meta name='twitter:misc:Written by' content='Ann One'>",
        "<meta name='rbauthors' content='Ann One'>",
        "<meta name='page.authorName' content='Ann One'>",
        """<meta name='parsely-page' content='{"title": "x", "author": "Ann One"}'>""",
        """<meta name='parsely-page' content='["?"]'><meta name=author content='Ann One'>""",
    ],
)
def test_outlets_name_authors_in_the_head_in_ways_of_their_own(said: str) -> None:
    image = "<meta name='image:author' content='Cy Three'><meta name='twitter:creator' content='@herald'>"
    assert read(page(image + said)).authors == ("Ann One",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p>By <b>Ann One</b> and Bo Two</p>", ("Ann One", "Bo Two")),
        ("<p>by Ann One, in News · 12 Jan 2025, 10:00</p>", ("Ann One",)),
        ("<div class=name>By Ann One  /  Staff reporter</div>", ("Ann One",)),
        ("<ul><li><strong>Autorin/Autor</strong> Ann One</li></ul>", ("Ann One",)),
        ("<p>Von Ann de la One</p>", ("Ann de la One",)),
        ("<div>Submitted by <span>Ann One</span> on Sun, 28/04/2024</div>", ("Ann One",)),
        ("<div><span>By</span> <span>Ann One</span></div>", ("Ann One",)),
        ("<div><span>By</span><span>Ann One</span><span>and</span><span>Bo Two</span></div>", ("Ann One", "Bo Two")),
        ("<p>By Ann One | December 19, 2025</p>", ("Ann One",)),
        ("<span>Автор: Дана Серикова</span>", ("Дана Серикова",)),
        ("<p>By Monday, Tuesday at the latest, they came.</p>", ()),
        ("<p>By train</p>", ()),
        (f"<p>By {'Ann One ' * 20}</p>", ()),
        ("<footer>By Ann One</footer>", ()),
        ("<p>By The Herald</p>", ()),
    ],
)
def test_a_line_is_a_byline_by_its_words_where_no_markup_says_so(line: str, names: tuple[str, ...]) -> None:
    assert read(page(body=HEADING + line)).authors == names
    structured = ld(news(author=person("Cy Three")))
    assert read(page(structured, HEADING + line)).authors == ("Cy Three",)


@pytest.mark.parametrize(
    "name", ["HERALD Redaktion", "Redaktion herald.example", "herald.example", "Herald staff reporter", "Herald Sport"]
)
def test_the_outlets_own_name_is_the_byline_only_where_nobody_else_is_credited(name: str) -> None:
    alone = ld(news(author=person(name)))
    found = read_page(page(alone))
    (article,) = found.articles
    assert (article.authors, article.is_outlets, article.writers) == ((name,), True, ())
    assert found.warnings == (f"Nobody but the outlet itself is credited: {name}.",)
    for other in (
        page(alone + meta(author="Ann One")),
        page(alone, HEADING + "<a rel=author>Ann One</a>"),
        page(alone, HEADING + "<p>By Ann One</p>"),
        page(ld(news(author=[person(name), person("Ann One")]))),
    ):
        article = read(other)
        assert (article.authors, article.is_outlets, article.writers) == (("Ann One",), False, ("Ann One",))
    assert read(page(body=f"{HEADING}<p class=byline>{name}</p>")).authors == ()


@pytest.mark.parametrize(
    "around",
    [
        "<aside>{}</aside>",
        "<footer>{}</footer>",
        "<nav>{}</nav>",
        "<div class='related-stories'>{}</div>",
        "<div id='comments'><div>{}</div></div>",
        "<figure><figcaption>{}</figcaption></figure>",
        "<p class='media-license'>{}</p>",
    ],
)
def test_what_stands_beside_the_article_is_not_its_byline(around: str) -> None:
    assert read(page(body=HEADING + around.format("<a rel=author>Bo Two</a>"))).authors == ()


def test_a_card_is_another_articles_only_where_it_leads_there() -> None:
    own = "<div class=teaser_meta><a href='/autor/ann'>Ann One</a> / 19.12.2025 <a href='#talk'>3</a><a>Print</a></div>"
    article = read(page(body=f"<div>{own}<div class=text>{HEADING}</div></div>"))
    assert (article.authors, article.published.precision) == (("Ann One",), Precision.DAY)
    for card in (
        "<div class=card><a href='/news/other'>Other</a> <span><a rel=author>Bo Two</a></span></div>",
        "<a href='/news/other'><div class=card><b rel=author>Bo Two</b></div></a>",
        "<div class='news-teaser'><a href='https://elsewhere.example/a'>Other</a><i class=author>Bo Two</i></div>",
    ):
        assert read(page(body=f"{HEADING}<div>{card}</div>")).authors == ()


def test_a_layout_that_is_named_after_its_sidebar_is_no_sidebar() -> None:
    byline = "<a rel=author>Ann One</a>"
    assert read(page(body=f"<div class='content-sidebar-wrap'>{HEADING}{byline}</div>")).authors == ("Ann One",)
    assert read(page(body=f"<div>{HEADING}</div><div class='sidebar'>{byline}</div>")).authors == ()


@pytest.mark.parametrize(
    "around",
    [
        "<div class='author has-photo'>{}</div>",
        "<div class='byline-with-image'><div>{}</div></div>",
        "<div class='article-meta social'>{}</div>",
        "<aside class='article-author'>{}</aside>",
        "<footer class='entry-footer'>{}</footer>",
        "<div class='author-box image'>{}</div>",
    ],
)
def test_what_is_called_the_articles_byline_is_no_neighbour(around: str) -> None:
    byline = around.format("<a rel=author>Ann One</a>")
    assert read(page(body=f"<article>{HEADING}<p>Text.</p></article>{byline}")).authors == ("Ann One",)
    other = around.replace("class='", "class='related ").format("<a rel=author>Ann One</a>")
    assert read(page(body=f"<article>{HEADING}<p>Text.</p></article>{other}")).authors == ()
    assert read(page(body=f"{HEADING}<div class=comments>{byline}</div>")).authors == ()


def test_authors_of_other_stories_further_down_are_not_taken_for_co_authors() -> None:
    one = "<header><p><span><a rel=author>Ann One</a></span><span><a rel=author>Bo Two</a></span></p></header>"
    more = (
        "<section><div><ul><li><a rel=author>Ann One</a></li><li><a rel=author>Cy Three</a></li></ul></div></section>"
    )
    body = f"<article>{HEADING}{one}</article><div>{more}</div>"
    assert read(page(ld(news(author=person("Ann One"))), body)).authors == ("Ann One", "Bo Two")
    assert read(page(body=body)).authors == ("Ann One", "Bo Two")


def test_the_outlet_with_its_agencies_is_nobody_else() -> None:
    byline = "<div class=byline><p>red, Herald.example/<a href='/imprint'>Agenturen</a></p></div>"
    article = read(page(ld(news(author=person("herald.example"))), HEADING + byline))
    assert (article.authors, article.is_outlets) == (("herald.example",), True)
    said = (
        "<meta name=author content='Morning Voice (www.mv.example)'><meta name=publisher content='Morning Voice (mv)'>"
    )
    article = read(page(said, site=""))
    assert (article.authors, article.is_outlets) == (("Morning Voice",), True)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("<span>By</span><span>Ann One</span><em>Reporter</em>", ("Ann One",)),
        ("<span>By</span><span>by ANN ONE and BO TWO</span>", ("ANN ONE", "BO TWO")),
        ("<b>A</b>nn <span>O</span>ne", ("Ann One",)),
        ("<span>김하나</span><span>기자</span>", ("김하나",)),
        ("Ann <i>One</i>, <i>Bo</i> Two", ("Ann One", "Bo Two")),
    ],
)
def test_what_only_the_style_sheet_parts_is_parted(byline: str, names: tuple[str, ...]) -> None:
    assert read(page(body=f"{HEADING}<div class=byline>{byline}</div>")).authors == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann One December 19, 2025", ("Ann One",)),
        ("By Ann One and Bo Two | Dec 19, 2025, 4:19 PM", ("Ann One", "Bo Two")),
        ("By Ann One Updated Friday, December 19, 2025", ("Ann One",)),
        ("Von Ann One 19. Dezember 2025, 10:00 Uhr", ("Ann One",)),
        ("Por Ana Uno 19 de diciembre de 2025", ("Ana Uno",)),
        ("Door Jan Een 3 brumaire 2025", ("Jan Een",)),
        ("By Ann One - 19/12/2025", ("Ann One",)),
        ("Ann One, 2025-12-19", ("Ann One",)),
        ("By Ann One 16 minutes ago", ("Ann One",)),
        ("December 19, 2025 | Ann One", ("Ann One",)),
        ("By Ann One, 12 Monkeys", ("Ann One",)),
    ],
)
def test_a_date_behind_a_name_is_no_part_of_it(byline: str, names: tuple[str, ...]) -> None:
    assert read(page(meta(author=byline))).authors == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By <a href='/p/a'>Ann One</a> and <a href='/p/b'>Bo Two</a> in Kyiv", ("Ann One", "Bo Two")),
        ("<h4>About</h4><a>Ann One</a><p>Ann One writes on money and is based in Rome.</p>", ("Ann One",)),
        ("Ann One joined us in 2020", ("Ann One",)),
        ("This is Money", ("This is Money",)),
        ("Reporting by Ann One; Editing by Bo Two", ("Ann One",)),
        ("<span>Text:</span> Ann One <span>Fotos:</span> Bo Two", ("Ann One", "Bo Two")),
        ("by<b>Ann One</b>in<a>News</a>", ("Ann One",)),
    ],
)
def test_what_is_said_of_people_is_no_name(byline: str, names: tuple[str, ...]) -> None:
    assert read(page(body=f"{HEADING}<div class=byline>{byline}</div>")).authors == names


def test_a_link_to_an_authors_page_names_the_author() -> None:
    for folder in ("contributors", "autoren", "auteur", "autori"):
        assert read(page(body=f"{HEADING}<div><a href='/{folder}/ann-one'>Ann One</a></div>")).authors == ("Ann One",)


def test_an_outlet_may_have_a_number_for_a_name() -> None:
    article = read(page(ld(news(author=person("7days.example"))), site="7Days.Example"))
    assert (article.authors, article.is_outlets) == (("7days.example",), True)
    assert read(page(ld(news(author=person("8days.example"))), site="7Days.Example")).authors == ()


def test_a_brand_of_a_second_level_domain_is_recognised() -> None:
    assert read(page(meta(author="Guardian"), site=""), "https://www.guardian.co.uk/a").is_outlets
    assert read(page(meta(author="Ann One"), site=""), "http://[/a").authors == ("Ann One",)
    assert read(page(meta(author="Ann One"), site=""), "http://localhost/a").authors == ("Ann One",)
