from datetime import UTC, datetime

import pytest

from digest.collect.article import Precision
from digest.collect.sources.article_dates import as_printed
from tests.collect.answers import ASSUME
from tests.collect.sources.article_pages import HEADING, TEN, TITLE, ld, meta, news, page, person, read, read_page


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
        ("Fr 19.12.25 | 10:00 Uhr", "2025-12-19T05:00", Precision.INSTANT),
        ("19 marca 2025", "2025-03-18T19:00", Precision.DAY),
        ("2025. 12. 19. 오전 10:00", "2025-12-19T05:00", Precision.INSTANT),
        ("2025/12/18 下午 10:00", "2025-12-18T17:00", Precision.INSTANT),
        ("19 de março de 2025", "2025-03-18T19:00", Precision.DAY),
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
        ("""<meta name=parsely-page content='{"pub_date": "2025-12-19T05:00:00Z"}'>""", ""),
        ("<meta property='article:published:time' content='2025-12-19T10:00:00+05:00'>", ""),
        ("<meta name='date.available' content='2025-12-19 10:00'>", ""),
        ("<meta name='displaydate' content='2025-12-19 10:00'>", ""),
        ("<meta name='HExt.articleFirstPublished' content='2025-12-19 10:00'>", ""),
        (
            "<meta name=modified_date content='2025-12-20'><meta name=herald.pub_date content='2025-12-19 10:00'>",
            "",
        ),
        (ld({"@type": "ClaimReview", "datePublished": "2025-12-19T05:00:00Z"}), ""),
        ('<script>window.STATE = {\'a\': {"publishedAt": "2025-12-19T05:00:00.000Z"}}</script>', ""),
        (
            "<script>var a = 1;</script><script src=a.js></script><script>{'pubDate':'2025-12-19 05:00Z'}</script>",
            "",
        ),
        ("", "<p class=reader__meta-info>By Ann One, in News · 19.12.2025 10:00</p>"),
        ("", "<div class='lineinfo'>Fr 19.12.25 | 10:00 Uhr</div>"),
        ("", "<ul><li>3 comments</li><li><strong>Datum</strong> 19.12.2025 10:00</li></ul>"),
        ("", "<div>By Ann One</div><div>December 19, 2025, 10:00 AM</div>"),
        ("", "<p>By Ann One | December 19th, 2025 10:00</p>"),
        ("", "<p>Friday, December 19, 2025 10:00</p>"),
        ("", "<p>2025-12-19 10:00:00</p>"),
        ("", "<p>2025年12月19日 10:00</p>"),
        ("", "<p>입력 2025.12.19. 오전 10:00</p>"),
        ("", "<p>19 de dez. de 2025 às 10:00</p>"),
        ("", "<p>19 грудня 2025, 10:00</p>"),
        ("", "<p>Published: 10:00, 19 December 2025 | Updated: 11:00, 21 December 2025</p>"),
        ("", "<p class=date>Publié le 19 décembre 2025 à 10h00, mis à jour le 21 décembre 2025</p>"),
        ("", "<p>Updated <time>21.12.2025</time></p><p>Published <time>19.12.2025 10:00</time></p>"),
        ("", "<time datetime=2025-12-21>Last updated on 21 December</time><p>19.12.2025 10:00</p>"),
        ("", "<time datetime='2025-12-19T05:00Z'></time>"),
        ("", "<span class=tarih>19.12.2025 10:00</span>"),
        ("", "<p class=ShortnewsDetail_source>HERALD, 19.12.2025 10:00 Uhr</p>"),
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


def test_the_day_stands_before_the_month_unless_the_page_tells_the_other_day() -> None:
    said = "<meta name=date content='11/01/2025 10:00:00'>"
    for shown, day in (
        ("", 11),
        ("<time>1. November 2025</time>", 1),
        ("<time>11.01.2025</time>", 11),
        ("<time>9 May 2025</time>", 11),
    ):
        published = read(page(said, HEADING + shown)).published
        assert published.earliest is not None
        assert published.earliest.day == day


def test_relative_dates_are_brackets_unless_something_better_is_said() -> None:
    ago = "<time>2 hours ago</time>"
    assert read(page(body=HEADING + ago)).published.precision is Precision.RELATIVE
    dated = "https://herald.example/2025/12/19/rivers"
    assert read(page(body=HEADING + ago), dated).published.precision is Precision.DAY
    assert read(page(body=HEADING + ago + ago)).published.precision is Precision.RELATIVE


def test_a_script_that_is_far_too_long_is_not_searched() -> None:
    said = '{"publishedAt": "2025-12-19T05:00:00Z"}'
    assert read(page(f"<script>{said}{' ' * 1_000_000}</script>")).published.precision is Precision.UNKNOWN


def test_an_address_tells_the_day_and_nothing_tells_nothing() -> None:
    assert read(page(), "https://herald.example/2025/12/19/rivers").published.precision is Precision.DAY
    found = read_page(page())
    assert found.articles[0].published.precision is Precision.UNKNOWN
    assert found.warnings == (f"No date is given for {TITLE!r}.",)


def test_a_date_in_the_future_is_a_doubt() -> None:
    found = read_page(page(ld(news(datePublished="2025-12-20T09:00:00Z"))))
    assert found.articles[0].published.at == ASSUME.now
    assert "dated in the future" in found.warnings[0]


def test_the_pages_own_node_tells_the_date_where_nothing_better_does() -> None:
    whole = {"@type": "WebPage", "datePublished": "2025-12-19T05:00:00Z", "author": person("Kate Uploader")}
    article = read(page(ld(whole)))
    assert (article.published.at, article.authors) == (TEN, ())
    said = meta(article__published_time="2025-12-18T05:00:00Z")
    assert read(page(ld({**whole, **news(datePublished=None), "dateCreated": "2025-11-01"}) + said)).published.at != TEN
