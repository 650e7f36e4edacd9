import json
from datetime import UTC, datetime
from typing import Any

import pytest

from digest.collect.article import FoundArticle, Precision
from digest.collect.journalist import SourceKind
from digest.collect.page import Page
from digest.collect.sources import guess_kind
from digest.collect.sources.article import ArticleReader
from digest.collect.sources.article_dates import as_printed
from digest.errors import ParseError
from tests.collect.answers import ASSUME, answer

URL = "https://www.herald.example/news/rivers-rise"
TITLE = "Rivers rise in the north"
TEASER = "Water reached the canal on Monday, three weeks before anybody had expected it."
HEADING = f"<h1>{TITLE}</h1>"
TEN = datetime(2025, 12, 19, 5, tzinfo=UTC)


def person(name: Any) -> dict[str, Any]:
    return {"@type": "Person", "name": name}


def news(**more: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2025-12-19T10:00:00+05:00", **more}


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def ld(*nodes: Any) -> str:
    return script(json.dumps(nodes[0] if len(nodes) == 1 else list(nodes)))


def meta(**said: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{text}">' for name, text in said.items())


def page(head: str = "", body: str = HEADING, site: str = "The Herald") -> str:
    return f"<html lang='en'><head>{meta(og__site_name=site)}{head}</head><body>{body}</body></html>"


def read_page(html: str | bytes, url: str = URL) -> Page:
    return ArticleReader().read(answer(html, url), ASSUME)


def read(html: str | bytes, url: str = URL) -> FoundArticle:
    (article,) = read_page(html, url).articles
    return article


def test_an_article_is_read_whole() -> None:
    head = ld(
        news(
            author=person("Dana Serikova"),
            description=TEASER,
            inLanguage="en-GB",
            mainEntityOfPage={"@id": URL},
            publisher={"@type": "Organization", "name": "The Herald"},
        )
    )
    found = read_page(page(head + "<link rel=canonical href='/news/rivers-rise/?utm_source=x'>"))
    assert (found.kind, found.warnings) == (SourceKind.ARTICLE, ())
    (article,) = found.articles
    assert (article.title, article.url) == (TITLE, "https://www.herald.example/news/rivers-rise/")
    assert (article.text, article.truncated, article.language) == (TEASER, False, "en-GB")
    assert article.authors == ("Dana Serikova",)
    assert (article.published.at, article.published.precision) == (TEN, Precision.INSTANT)


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
        (person("HERALD Redaktion"), ()),
        (person("Herald staff reporter"), ()),
        (person("herald.example"), ()),
        (person("Ann Herald"), ("Ann Herald",)),
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


@pytest.mark.parametrize(
    "around",
    [
        "<aside>{}</aside>",
        "<footer>{}</footer>",
        "<nav>{}</nav>",
        "<div class='related-stories'>{}</div>",
        "<div id='comments'><div>{}</div></div>",
        "<figure><figcaption>{}</figcaption></figure>",
    ],
)
def test_what_stands_beside_the_article_is_not_its_byline(around: str) -> None:
    assert read(page(body=HEADING + around.format("<a rel=author>Bo Two</a>"))).authors == ()


@pytest.mark.parametrize(
    ("printed", "day", "precision"),
    [
        ("2025-12-19T10:00:00+05:00", "2025-12-19T05:00", Precision.INSTANT),
        ("2025-12-19 05:00:00Z", "2025-12-19T05:00", Precision.INSTANT),
        ("Fri Dec 19 06:00:00 CET 2025", "2025-12-19T05:00", Precision.INSTANT),
        ("2025-12-19 10:00:00.0", "2025-12-19T05:00", Precision.INSTANT),
        ("20251219T050000Z", "2025-12-19T05:00", Precision.INSTANT),
        ("2025-12-19T06:00:00+01:00[Europe/Berlin]", "2025-12-19T05:00", Precision.INSTANT),
        ("2025-12-19", "2025-12-18T19:00", Precision.DAY),
        ("20251219", "2025-12-18T19:00", Precision.DAY),
        ("19. Dezember 2025, 10:00 Uhr", "2025-12-19T05:00", Precision.INSTANT),
        ("Publié le 19 décembre 2025 à 10h00", "2025-12-19T05:00", Precision.INSTANT),
        ("viernes, 19 de diciembre de 2025", "2025-12-18T19:00", Precision.DAY),
        ("2025年12月19日10:00", "2025-12-19T05:00", Precision.INSTANT),
        ("2025/12/19", "2025-12-18T19:00", Precision.DAY),
        ("12/19/2025", "2025-12-18T19:00", Precision.DAY),
        ("Stand: 19.12.2025 - 10:00 Uhr", "2025-12-19T05:00", Precision.INSTANT),
    ],
)
def test_dates_come_in_every_shape(printed: str, day: str, precision: Precision) -> None:
    published = read(page(ld(news(datePublished=printed)))).published
    assert published.earliest == datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert published.precision is precision


@pytest.mark.parametrize("text", ["", "soon", "19 Xyz 2025", "99.99.9999"])
def test_what_is_no_date_stays_as_it_is(text: str) -> None:
    assert as_printed(text) == text


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (meta(article__published_time="2025-12-19T10:00:00+05:00"), ""),
        ("<meta name=date content='2025-12-19T10:00:00+05:00'>", ""),
        ("<meta itemprop=datePublished content='2025-12-19T10:00:00+05:00'>", ""),
        ("<meta name=parsely-pub-date content='2025-12-19T05:00:00Z'>", ""),
        ("", "<time datetime='2025-12-19T10:00:00+05:00'>yesterday</time>"),
        ("", "<span itemprop=datePublished>19 December 2025 10:00</span>"),
        ("", "<p class=byline>Ann One, 19.12.2025 10:00</p>"),
        ("", "<time class=updated datetime='2025-12-20T01:00Z'></time><time datetime='2025-12-19T05:00Z'></time>"),
        (
            "",
            "<p>Updated <time>20.12.2025</time></p><i class=date>Stand: geändert</i><time>19.12.2025 10:00</time>",
        ),
        ("", "<aside><time datetime='2025-12-20T01:00Z'></time></aside><time datetime='2025-12-19T05:00Z'></time>"),
    ],
)
def test_dates_stand_in_many_places(head: str, body: str) -> None:
    assert read(page(head, HEADING + body)).published.at == TEN


def test_a_day_or_a_time_without_a_zone_is_completed_by_an_instant_of_the_same_day() -> None:
    exact = meta(article__published_time="2025-12-19T05:00:00Z")
    for printed in ("2025-12-19", "2025-12-19 09:59:00"):
        assert read(page(ld(news(datePublished=printed)) + exact)).published.at == TEN
    earlier = read(page(ld(news(datePublished="2025-11-01")) + exact))
    assert earlier.published.precision is Precision.DAY
    both = ld(news(datePublished="2025-12-19")) + meta(article__published_time="2025-12-19T10:00")
    assert read(page(both)).published.at == TEN


def test_relative_dates_are_brackets_unless_something_better_is_said() -> None:
    ago = "<time>2 hours ago</time>"
    assert read(page(body=HEADING + ago)).published.precision is Precision.RELATIVE
    dated = "https://herald.example/2025/12/19/rivers"
    assert read(page(body=HEADING + ago), dated).published.precision is Precision.DAY
    assert read(page(body=HEADING + ago + ago)).published.precision is Precision.RELATIVE


def test_an_address_tells_the_day_and_nothing_tells_nothing() -> None:
    assert read(page(), "https://herald.example/2025/12/19/rivers").published.precision is Precision.DAY
    found = read_page(page())
    assert found.articles[0].published.precision is Precision.UNKNOWN
    assert found.warnings == (f"No date is given for {TITLE!r}.",)


def test_a_date_in_the_future_is_a_doubt() -> None:
    found = read_page(page(ld(news(datePublished="2025-12-20T09:00:00Z"))))
    assert found.articles[0].published.at == ASSUME.now
    assert "dated in the future" in found.warnings[0]


@pytest.mark.parametrize(
    ("og", "headline", "heading", "title", "expected"),
    [
        ("Rivers rise in the north | The Herald", TITLE, TITLE, "", TITLE),
        ("Will YOU be flooded?", TITLE, TITLE, "Will YOU be flooded? | The Herald", TITLE),
        (
            "Canals: Rivers rise in the north",
            TITLE,
            "Canals Rivers rise in the north",
            "",
            "Canals: Rivers rise in the north",
        ),
        ("", "Rivers &#8216;rise&#8217; in the north", "", "", "Rivers ‘rise’ in the north"),
        ("", "", "", "Rivers rise in the north - News - The Herald", "Rivers rise in the north - News"),
        ("Rivers rise in the north - News", TITLE, "", "", TITLE),
        (
            "Rivers rise in…",
            "Rivers rise in the north at last",
            "Rivers rise in the north at last",
            "",
            "Rivers rise in the north at last",
        ),
        ("The Herald: Rivers rise", "", "The Herald", "The Herald | Rivers rise", "The Herald: Rivers rise"),
        ("", "", "", "The Herald | Rivers rise", "Rivers rise"),
        ("Before - after: rivers", "", "Before - after: rivers", "", "Before - after: rivers"),
        ("!!!", "", "", "", "!!!"),
    ],
)
def test_of_several_titles_the_one_they_agree_on_is_taken(
    og: str, headline: str, heading: str, title: str, expected: str
) -> None:
    head = (meta(og__title=og) if og else "") + ld(news(headline=headline)) + f"<title>{title}</title>"
    assert read(page(head, f"<h1>{heading}</h1>")).title == expected


def test_the_articles_own_heading_goes_before_the_sites() -> None:
    body = "<header><h1>Canal news</h1></header><h1 itemprop=headline>Rivers<br> rise</h1><aside><h1>Side</h1></aside>"
    assert read(page(body=body)).title == "Rivers rise"
    assert read(page(body="<h1> </h1><h1>Rivers rise</h1>")).title == "Rivers rise"


def test_a_page_without_a_title_is_no_article() -> None:
    found = read_page(page(script("{broken"), "<p>Hello.</p>"))
    assert found.articles == ()
    assert found.warnings == (
        "Structured data of the page could not be read: 1 blocks of JSON-LD.",
        "The page has no title: it is no article.",
    )


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<link rel=canonical href='https://m.herald.example/a'>", "https://m.herald.example/a"),
        ("<link rel=canonical href='https://elsewhere.example/a'>", URL),
        ("<link rel=canonical href='/'>", URL),
        ("<link rel=canonical>", URL),
        (meta(og__url="https://herald.example/b?utm_medium=x"), "https://herald.example/b"),
        ("<link rel=canonical href='https://x.example/'>" + meta(og__url="/b"), "https://www.herald.example/b"),
    ],
)
def test_a_canonical_address_is_believed_on_the_same_site(links: str, expected: str) -> None:
    found = read(page(links), "https://herald.example/b") if "m.herald" in links else read(page(links))
    assert found.url == expected


def test_a_saved_file_has_the_address_that_it_names_or_none() -> None:
    assert (
        read(page("<link rel=canonical href='https://herald.example/a'>"), "page.html").url
        == "https://herald.example/a"
    )
    assert read(page(), "page.html").url is None


def test_the_teaser_goes_before_the_body_unless_it_is_cut() -> None:
    body = (
        HEADING
        + "<article><p class=author-bio>"
        + "About Ann. " * 9
        + "</p>"
        + f"<p>{TEASER}</p><p>{TEASER}</p></article>"
    )
    assert read(page(meta(og__description=TEASER), body)).text == TEASER
    cut = "Water reached the canal on Monday, three weeks before…"
    article = read(page(meta(og__description=cut), body))
    assert (article.text, article.truncated) == (f"{TEASER}\n\n{TEASER}", False)
    article = read(page(meta(og__description=cut)))
    assert (article.text, article.truncated) == (cut, True)
    assert read(page(ld(news(articleBody="<p>Own words.</p>")))).text == "Own words."
    assert (
        read(
            page(
                meta(og__description="News"), f"{HEADING}<header><p>{TEASER}</p></header><aside><p>{TEASER}</p></aside>"
            )
        ).text
        == ""
    )


@pytest.mark.parametrize(
    "text",
    [
        '<!-- {"@type": "NewsArticle", "headline": "H", "author": "Ann One"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "H", "author": "Ann One"}\n//]]>',
        '/* <![CDATA[ */ {"@type": "NewsArticle", "headline": "H", "author": "Ann One"}; /* ]]> */',
        '{"@type": "NewsArticle", "headline": "H,}", "author": ["Ann One",],}',
        '{"@type": "NewsArticle", "headline": "Two\nlines", "author": "Ann One"}',
        '{"@type": "NewsArticle", "headline": "It\\\'s", "author": "Ann One"}',
        '{"@type": "WebSite"}{"@type": "NewsArticle", "author": "Ann One"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;author&quot;: &quot;Ann One&quot;}",
    ],
)
def test_structured_data_is_read_through_its_usual_breaks(text: str) -> None:
    found = read_page(page(script(text)))
    assert found.articles[0].authors == ("Ann One",)
    assert not any("Structured data" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a": }', "[" * 100_000, "no json", '"' + "x" * 2_000_001, "{" + r"\"" * 50_000, "{" + "\n " * 50_000],
)
def test_structured_data_beyond_mending_is_a_warning(text: str) -> None:
    found = read_page(page(script(text)))
    assert "Structured data of the page could not be read: 1 blocks of JSON-LD." in found.warnings
    assert found.articles[0].title == TITLE


@pytest.mark.parametrize(
    ("html_language", "head", "title", "language"),
    [
        ("de", "", "Wasser steigt", "de"),
        ("", "<meta property=og:locale content=fr_FR>", "L'eau monte", "fr-FR"),
        ("en", "", "Реки поднимаются на севере страны", "ru"),
        ("", "", "Rivers rise", "en"),
    ],
)
def test_the_language_is_stated_or_seen(html_language: str, head: str, title: str, language: str) -> None:
    html = f"<html lang='{html_language}'><head>{head}</head><body><h1>{title}</h1></body></html>"
    assert read(html).language == language


def test_pages_in_other_character_sets_are_read() -> None:
    html = "<html><head><meta charset=windows-1251></head><body><h1>Реки поднимаются</h1></body></html>"
    assert read(html.encode("cp1251")).title == "Реки поднимаются"


@pytest.mark.parametrize(("body", "why"), [(b"", "it is empty"), (b"plain words", "no HTML page")])
def test_what_is_no_html_is_a_parse_error(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read_page(body)


def test_a_frameset_is_nobodys_article() -> None:
    assert read("<html><title>Rivers rise</title><frameset><frame></frameset></html>").title == "Rivers rise"


def test_a_layout_that_is_named_after_its_sidebar_is_no_sidebar() -> None:
    byline = "<a rel=author>Ann One</a>"
    assert read(page(body=f"<div class='content-sidebar-wrap'>{HEADING}{byline}</div>")).authors == ("Ann One",)
    assert read(page(body=f"<div>{HEADING}</div><div class='sidebar'>{byline}</div>")).authors == ()


def test_authors_of_other_stories_further_down_are_not_taken_for_co_authors() -> None:
    one = "<header><p><span><a rel=author>Ann One</a></span><span><a rel=author>Bo Two</a></span></p></header>"
    more = (
        "<section><div><ul><li><a rel=author>Ann One</a></li><li><a rel=author>Cy Three</a></li></ul></div></section>"
    )
    body = f"<article>{HEADING}{one}</article><div>{more}</div>"
    assert read(page(ld(news(author=person("Ann One"))), body)).authors == ("Ann One", "Bo Two")
    assert read(page(body=body)).authors == ("Ann One", "Bo Two")


def test_the_pages_own_node_tells_the_date_where_nothing_better_does() -> None:
    whole = {"@type": "WebPage", "datePublished": "2025-12-19T05:00:00Z", "author": person("Kate Uploader")}
    article = read(page(ld(whole)))
    assert (article.published.at, article.authors) == (TEN, ())
    said = meta(article__published_time="2025-12-18T05:00:00Z")
    assert read(page(ld({**whole, **news(datePublished=None), "dateCreated": "2025-11-01"}) + said)).published.at != TEN


def test_markup_deeper_than_anybody_looks_is_still_the_article() -> None:
    assert read(page(body="<div>" * 100 + HEADING + "<a rel=author>Ann One</a>")).authors == ("Ann One",)


def test_the_request_asks_for_html() -> None:
    assert ArticleReader().first(URL).accept.startswith("text/html")


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (page(ld(news())), SourceKind.ARTICLE),
        (page(ld(news(url=URL))), SourceKind.ARTICLE),
        (page(ld(news(url="/news/other"))), SourceKind.PAGE),
        (page(ld(news(), news(headline="Other"))), SourceKind.PAGE),
        (page(ld({"@type": "ProfilePage", "hasPart": news()})), SourceKind.PAGE),
        (page(ld({"@type": "Article"})), SourceKind.PAGE),
        (page(meta(og__type="article", article__published_time="2025-12-19")), SourceKind.ARTICLE),
        (page(meta(og__type="article")), SourceKind.PAGE),
        (page(), SourceKind.PAGE),
        (f"Text before <p>markup</p> {ld(news())}", SourceKind.ARTICLE),
    ],
)
def test_a_page_with_one_article_and_no_list_is_guessed_to_be_an_article(html: str, kind: SourceKind) -> None:
    assert guess_kind(answer(html, URL)) is kind


def test_a_brand_of_a_second_level_domain_is_recognised() -> None:
    assert read(page(meta(author="Guardian"), site=""), "https://www.guardian.co.uk/a").authors == ()
    assert read(page(meta(author="Ann One"), site=""), "http://[/a").authors == ("Ann One",)
    assert read(page(meta(author="Ann One"), site=""), "http://localhost/a").authors == ("Ann One",)
