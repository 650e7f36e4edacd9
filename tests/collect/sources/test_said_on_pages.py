from datetime import UTC, datetime
from typing import Any

import pytest

from digest.collect.article import Mark
from digest.collect.sources.page import PageReader
from tests.collect.answers import ASSUME, answer
from tests.collect.sources.article_pages import HEADING, TITLE, ld, meta, news, page, read

LATER = datetime(2025, 12, 19, 6, 30, tzinfo=UTC)
PICTURE = "https://www.herald.example/1.jpg"


def marks(head: str = "", body: str = HEADING, **said: Any) -> tuple[Mark, ...]:
    return read(page(ld(news(**said)) + head, body)).marks


def test_structured_data_goes_before_the_head() -> None:
    head = meta(
        article__modified_time="2025-12-19T08:00:00Z",
        article__section="World",
        og__image="https://herald.example/2.jpg",
    )
    said = news(dateModified="2025-12-19T11:30:00+05:00", articleSection=["Water &amp; Soil", "Asia"], image=PICTURE)
    article = read(page(ld(said) + head))
    assert (article.modified_at, article.section, article.image_url) == (LATER, "Water & Soil", PICTURE)


def test_the_head_says_what_structured_data_does_not() -> None:
    head = meta(article__modified_time="2025-12-19T06:30:00Z", article__section="Water", og__image="/1.jpg")
    article = read(page(ld(news()) + head))
    assert (article.modified_at, article.section, article.image_url) == (LATER, "Water", PICTURE)


def test_a_scheduled_piece_was_not_changed_before_it_came_out() -> None:
    assert read(page(ld(news(dateModified="2025-12-16T10:00:00+05:00")))).modified_at is None
    assert read(page(ld(news(dateModified="2026-12-16T10:00:00+05:00")))).modified_at is None


@pytest.mark.parametrize(
    "image",
    [
        PICTURE,
        [PICTURE, "https://www.herald.example/2.jpg"],
        {"@type": "ImageObject", "url": PICTURE, "width": 1200},
        {"@type": "ImageObject", "contentUrl": [PICTURE]},
        [{"@type": "ImageObject", "url": "http://www.herald.example/2.jpg"}, {"url": PICTURE}],
        {"@id": "#picture"},
        {"@id": PICTURE},
        [{"@id": "#nowhere"}, PICTURE],
    ],
)
def test_an_image_is_read_in_all_its_shapes(image: Any) -> None:
    graph = {"@graph": [news(image=image), {"@type": "ImageObject", "@id": "#picture", "url": PICTURE}]}
    assert read(page(ld(graph))).image_url == PICTURE


@pytest.mark.parametrize("said", [False, "false", "False", " FALSE", "https://schema.org/False"])
def test_what_is_not_accessible_for_free_is_behind_a_paywall(said: Any) -> None:
    assert marks(isAccessibleForFree=said) == (Mark.PAYWALL,)


@pytest.mark.parametrize("said", [True, "true", "True", "no idea", None, 7])
def test_whatever_else_is_said_of_access_is_no_paywall(said: Any) -> None:
    assert marks(isAccessibleForFree=said) == ()


def test_a_part_that_is_not_free_makes_a_paywall_unless_the_whole_is() -> None:
    part = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paywall"}
    assert marks(hasPart=part) == (Mark.PAYWALL,)
    assert marks(hasPart=[part], isAccessibleForFree=True) == ()
    assert marks(hasPart={**part, "isAccessibleForFree": True}) == ()
    assert marks(hasPart={"@type": "VideoObject", "isAccessibleForFree": False}) == ()


@pytest.mark.parametrize(("tier", "found"), [("locked", (Mark.PAYWALL,)), ("metered", ()), ("free", ())])
def test_a_content_tier_is_believed_where_nothing_else_is_said(tier: str, found: tuple[Mark, ...]) -> None:
    assert marks(meta(article__content_tier=tier)) == found
    assert marks(meta(article__content_tier=tier), isAccessibleForFree=True) == ()


@pytest.mark.parametrize(
    "said",
    [{"@type": "OpinionNewsArticle"}, {"@type": ["NewsArticle", "https://schema.org/OpinionNewsArticle"]}]
    + [{"articleSection": section} for section in ("Opinion", "Мнения", "Пікір", ["World", "Op-Ed"], "News/Opinion")]
    + [{"genre": "Opinion"}],
)
def test_opinion_is_a_type_or_a_section(said: dict[str, Any]) -> None:
    assert marks(**said) == (Mark.OPINION,)


def test_facebook_s_word_for_opinion_is_read() -> None:
    assert marks(meta(article__opinion="true")) == (Mark.OPINION,)
    assert marks(meta(article__opinion="false")) == ()


def test_who_sponsors_a_piece_pays_for_it_unless_it_is_the_publisher() -> None:
    bank = {"@type": "Organization", "name": "Steppe Bank"}
    assert marks(**{"@type": "AdvertiserContentArticle"}) == (Mark.SPONSORED,)
    assert marks(sponsor=bank) == (Mark.SPONSORED,)
    assert marks(sponsor="Steppe Bank", publisher={"name": "The Herald"}) == (Mark.SPONSORED,)
    assert marks(sponsor=[{"name": "THE HERALD"}], publisher={"name": "The Herald"}) == ()
    assert marks(sponsor={"@type": "Organization", "name": " "}) == ()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f'<article><header><span class="tag">Partner content</span>{HEADING}</header></article>', (Mark.SPONSORED,)),
        (f"<div><div><p>Paid post</p></div><div>{HEADING}</div></div>", (Mark.SPONSORED,)),
        (f"<header><ul><li><a>Partner content</a></li></ul>{HEADING}</header>", ()),
        (f"<div><nav><a>Partner content</a></nav>{HEADING}</div>", ()),
        (f"<div><div><p>Partner content</p><h3>Another piece</h3></div>{HEADING}</div>", ()),
        (f"<div><p>Advertisement</p>{HEADING}</div>", ()),
        (f"<div><p>Partner content is what readers skip</p>{HEADING}</div>", ()),
        (f"<p>Partner content</p>{HEADING}", ()),
        (f"<div><p>Partner content</p><h1>The Herald</h1></div><h2>{TITLE}</h2>", ()),
        (f"<i><i><i><i><i><i><p>Partner content</p><b><b><b><b>{HEADING}</b></b></b></b></i></i></i></i></i></i>", ()),
        (f"<div><b>{'x' * 50}</b><b></b>{HEADING}</div>", ()),
    ],
)
def test_a_label_over_the_headline_marks_a_paid_piece(body: str, found: tuple[Mark, ...]) -> None:
    assert marks(body=body) == found


def test_links_to_sponsors_mark_nothing() -> None:
    assert marks(body=f'<div>{HEADING}<p>See <a rel="sponsored" href="https://b.example/">here</a>.</p></div>') == ()


def test_a_card_s_folder_marks_it() -> None:
    card = f'<article><h3><a href="/opinion/rivers">{TITLE}</a></h3><time datetime="2025-12-19">x</time></article>'
    html = page(body=f"<h1>Dana Serikova</h1>{card}{card.replace('opinion', 'news').replace(TITLE, 'Canals fall')}")
    articles = PageReader().read(answer(html, "https://www.herald.example/author/dana/"), ASSUME).articles
    assert {article.title: article.marks for article in articles} == {TITLE: (Mark.OPINION,), "Canals fall": ()}


def test_an_author_s_page_says_it_of_each_listed_article() -> None:
    listed = news(
        url="/news/rivers-rise",
        articleSection="Opinion",
        image={"url": "/1.jpg"},
        dateModified="2025-12-19T11:30:00+05:00",
        isAccessibleForFree="False",
    )
    html = page(ld(listed, news(headline="Canals fall", url="/news/canals-fall")))
    first, second = PageReader().read(answer(html, "https://www.herald.example/author/dana/"), ASSUME).articles
    assert (first.modified_at, first.section, first.image_url) == (LATER, "Opinion", PICTURE)
    assert first.marks == (Mark.PAYWALL, Mark.OPINION)
    assert (second.modified_at, second.section, second.image_url, second.marks) == (None, None, None, ())
