import pytest

from digest.collect.article import Precision
from digest.collect.journalist import SourceKind
from digest.collect.sources import guess_kind
from digest.collect.sources.article import ArticleReader
from digest.errors import ParseError
from tests.collect.answers import answer
from tests.collect.sources.article_pages import (
    HEADING,
    TEASER,
    TEN,
    TITLE,
    URL,
    ld,
    meta,
    news,
    page,
    person,
    read,
    read_page,
    script,
)


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
        ("川が増水する北部の町｜The Herald", "", "川が増水する北部の町", "", "川が増水する北部の町"),
        ("Hoch&shy;wasser im Norden", "Hochwasser im Norden", "", "", "Hochwasser im Norden"),
        (
            "川が増水する北部の町_地域_水_橋",
            "",
            "川が増水する北部の町",
            "川が増水する北部の町_地域_水_橋",
            "川が増水する北部の町",
        ),
        ("", "", "What my_river_gauge says", "", "What my_river_gauge says"),
    ],
)
def test_of_several_titles_the_one_they_agree_on_is_taken(
    og: str, headline: str, heading: str, title: str, expected: str
) -> None:
    head = (meta(og__title=og) if og else "") + ld(news(headline=headline)) + f"<title>{title}</title>"
    assert read(page(head, f"<h1>{heading}</h1>")).title == expected


def test_an_outlets_own_name_for_the_title_is_a_claim() -> None:
    for own, title in ((TITLE, TITLE), ("", "Canals: rivers rise")):
        assert read(page(meta(og__title="Canals: rivers rise", herald__title=own), f"<h1>{TITLE}</h1>")).title == title


def test_the_articles_own_heading_goes_before_the_sites() -> None:
    body = "<header><h1>Canal news</h1></header><h1 itemprop=headline>Rivers<br> rise</h1><aside><h1>Side</h1></aside>"
    assert read(page(body=body)).title == "Rivers rise"
    assert read(page(body="<h1> </h1><h1>Rivers rise</h1>")).title == "Rivers rise"
    assert read(page(body="<div class=top><h1>The Herald</h1></div><h1>Rivers rise</h1>")).title == "Rivers rise"


def test_the_outlet_is_known_by_the_end_that_both_titles_of_the_head_have() -> None:
    head = "<title>{0} - Valley Morning Gazette</title><meta name=author content='Valley Morning Gazette'>"
    head += "<meta property='og:title' content='Floods - {0} | Valley Morning Gazette'>"
    head += "<meta property='og:article:author' content='Ann One'>"
    article = read(page(head.format(TITLE), HEADING, site=""))
    assert (article.title, article.authors) == (TITLE, ("Ann One",))
    whole = f"Floods - {TITLE}"
    for heading in (f"<h1>{whole}</h1>", ""):
        same = f"<title>{whole}</title><meta property='og:title' content='{whole}'>"
        assert read(page(same, heading, site="")).title == whole


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
