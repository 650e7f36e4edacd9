"""The sample newsroom: what it holds, read with well-known tools, and how its server behaves."""

import csv
import html
import json
import re
import socket
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import feedparser
import pytest
from lxml import etree
from lxml import html as lxml_html

from digest.resources import newsletters_dir
from digest.terminal.sample_newsroom import NOT_FOUND, TODAY, SampleNewsroom, _Server, answer_to, serve

SAMPLE = newsletters_dir() / "sample"
#: The working days for which the newsroom has rates, in December 2025.
WEEK = range(15, 20)
JOURNALISTS = {"dana-serikova", "timur-aliyev", "farrukh-nazarov", "gulnora-yusupova", "aigerim-sadykova"}
CAPTURE = "silk-road-post/aigerim-sadykova.txt"


@dataclass(frozen=True)
class Piece:
    journalist: str
    title: str
    url: str | None
    text: str
    published: datetime | None


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", lxml_html.fromstring(f"<div>{markup}</div>").text_content()).strip()


def feed_pieces(name: str, journalist: str, byline: str) -> Iterator[Piece]:
    feed = feedparser.parse((SAMPLE / "steppe-herald" / name).read_bytes())
    assert not feed.bozo
    for entry in feed.entries:
        if byline in [author.name for author in entry.authors]:
            text = plain(entry.content[0].value) if "content" in entry else entry.summary
            when = parsedate_to_datetime(entry.published) if "published" in entry else None
            yield Piece(journalist, html.unescape(html.unescape(entry.title)), entry.link, text, when)


def wordpress_pieces() -> Iterator[Piece]:
    for post in json.loads((SAMPLE / "pamir-courier" / "posts.json").read_bytes()):
        if post["author"] == 7:
            when = datetime.fromisoformat(post["date_gmt"]).replace(tzinfo=UTC)
            title, text = plain(post["title"]["rendered"]), plain(post["content"]["rendered"])
            yield Piece("farrukh-nazarov", title, post["link"], text, when)


def page_pieces() -> Iterator[Piece]:
    page = lxml_html.fromstring((SAMPLE / "silk-road-post" / "gulnora-yusupova.html").read_bytes())
    for card in page.findall(".//article"):
        link, when = card.find(".//h3/a"), card.find(".//time").get("datetime")
        text = card.find(".//p[@class='p-summary']").text_content()
        at = datetime.fromisoformat(when)
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Asia/Tashkent"))
        yield Piece("gulnora-yusupova", link.text_content(), link.get("href"), text, at)


def capture_pieces() -> Iterator[Piece]:
    _, _, listing = (SAMPLE / CAPTURE).read_text("utf-8").partition("\nArticles\n\n")
    lines = listing.split("\n\n")
    for title, text, ago in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        assert re.fullmatch(r"\d+ (hours?|days?|weeks?) ago", ago)
        yield Piece("aigerim-sadykova", title, None, text, None)


@pytest.fixture(scope="module")
def pieces() -> tuple[Piece, ...]:
    return (
        *feed_pieces("dana-serikova.rss", "dana-serikova", "Dana Serikova"),
        *feed_pieces("feed.rss", "timur-aliyev", "Timur Aliyev"),
        *wordpress_pieces(),
        *page_pieces(),
        *capture_pieces(),
    )


@pytest.fixture
def newsroom() -> Iterator[SampleNewsroom]:
    with serve() as served:
        yield served


def get(url: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=30)
    try:
        target = address.path + (f"?{address.query}" if address.query else "")
        connection.request("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def declared(name: str, url: str = "") -> dict[str, Any]:
    return tomllib.loads((newsletters_dir() / name).read_text("utf-8").replace("${SAMPLE_NEWSROOM_URL}", url))


def addresses(newsroom: SampleNewsroom) -> list[str]:
    """Every address that the morning brief is read from on the newsroom's day."""
    toml = declared("sample/morning-brief.toml", newsroom.url)
    banks = toml["rates"]["banks"]
    return [
        *(source["ref"] for journalist in toml["journalists"] for source in journalist["sources"]),
        f"{banks['nbk']}?fdate={newsroom.today:%d.%m.%Y}",
        f"{banks['cbu']}/{newsroom.today}/",
        banks["nbkr"],
        f"{banks['nbt']}?date={newsroom.today}&export=xmlout",
        f"{banks['cbt']}/{newsroom.today:%Y/%d%m%Y}.xml",
    ]


def test_five_journalists_wrote_more_than_twenty_five_different_articles(pieces: tuple[Piece, ...]) -> None:
    per_journalist = Counter(piece.journalist for piece in pieces)
    assert set(per_journalist) == JOURNALISTS
    assert all(5 <= count <= 7 for count in per_journalist.values())
    assert len({piece.url or piece.title for piece in pieces}) >= 25
    assert len({piece.url or piece.title for piece in pieces}) == len({piece.text for piece in pieces})


def test_every_article_is_long_enough_to_be_one(pieces: tuple[Piece, ...]) -> None:
    assert {piece.title: len(piece.text.split()) for piece in pieces if not 120 <= len(piece.text.split()) <= 350} == {}


def test_one_article_has_two_authors_and_stands_in_both_feeds(pieces: tuple[Piece, ...]) -> None:
    shared_urls = [url for url, count in Counter(p.url for p in pieces if p.url).items() if count > 1]
    assert shared_urls == ["https://steppe-herald.example/2025/12/19/gas-last-eleven-metres/"]
    one, other = (piece for piece in pieces if piece.url == shared_urls[0])
    assert (one.title, one.text, one.published) == (other.title, other.text, other.published)
    assert {one.journalist, other.journalist} == {"dana-serikova", "timur-aliyev"}


def test_the_special_cases_are_there(pieces: tuple[Piece, ...]) -> None:
    titles = [piece.title for piece in pieces]
    assert [title for title in titles if "<script>" in title and "&" in title]
    assert [title for title in titles if "❄" in title and "“" in title]
    assert [title for title in titles if len(title) > 200]
    assert len([piece for piece in pieces if re.search("[а-яё]{4}", piece.title)]) == 2
    assert len([piece for piece in pieces if piece.text.endswith("...")]) == 1
    assert [p.title for p in pieces if p.published is None and p.url] == ["How to read your heating bill, line by line"]


def test_one_article_is_too_old_one_is_scheduled_and_all_others_are_of_the_fortnight(pieces: tuple[Piece, ...]) -> None:
    days = {piece.title: piece.published.astimezone(UTC).date() for piece in pieces if piece.published}
    assert [title for title, day in days.items() if day <= date(2025, 12, 2)] == [
        "What a kilogram of kazy says about inflation"
    ]
    assert [title for title, day in days.items() if day > TODAY] == [
        "The week ahead in energy: two tariffs, one auction and the longest night"
    ]
    assert all(day >= date(2025, 12, 6) for day in days.values() if day > date(2025, 12, 2))


def test_the_site_feed_has_other_bylines_to_leave_out() -> None:
    feed = feedparser.parse((SAMPLE / "steppe-herald" / "feed.rss").read_bytes())
    assert {"Madina Bekova", "Herald newsroom"} <= {author.name for entry in feed.entries for author in entry.authors}


def test_addresses_are_under_reserved_names(pieces: tuple[Piece, ...]) -> None:
    hosts = {urlsplit(piece.url).hostname for piece in pieces if piece.url}
    assert hosts == {"steppe-herald.example", "pamir-courier.example", "silk-road-post.example"}


def test_wordpress_titles_are_html_and_its_utc_dates_have_no_zone() -> None:
    posts = json.loads((SAMPLE / "pamir-courier" / "posts.json").read_bytes())
    assert any("&#8217;" in post["title"]["rendered"] for post in posts)
    assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}", post["date_gmt"]) for post in posts)


def test_the_page_says_who_it_is_about_in_json_ld_and_in_microformats() -> None:
    page = lxml_html.fromstring((SAMPLE / "silk-road-post" / "gulnora-yusupova.html").read_bytes())
    said = json.loads(page.find(".//script[@type='application/ld+json']").text)
    assert said["@type"] == "ProfilePage"
    assert said["mainEntity"]["name"] == page.find(".//h1[@class='p-name fn']").text == "Gulnora Yusupova"
    assert page.find(".//img[@class='u-photo photo']") is not None


def test_the_capture_has_the_shape_of_a_real_one(shared: Path) -> None:
    real, ours = (
        [
            re.sub(r"^(  )?• [A-Z]{3}/USD = [\d.]+ -?[\d.]+%$", r"\1PAIR", line)
            for line in path.read_text("utf-8")
            .replace("Vagit Ismailov", "N")
            .replace("Aigerim Sadykova", "N")
            .split("\n")
        ]
        for path in (shared / "pages" / "vagit-ismailov-2025-12-19.txt", SAMPLE / CAPTURE)
    )
    assert ours[:48] == [line if not line.startswith("Journalist") else "Regional Reporter" for line in real[:48]]
    assert not ours[-1].endswith("\n")


def test_no_words_were_taken_from_the_real_capture(pieces: tuple[Piece, ...], shared: Path) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}

    real = runs((shared / "pages" / "vagit-ismailov-2025-12-19.txt").read_text("utf-8"))
    assert {piece.title for piece in pieces if runs(f"{piece.title}. {piece.text}") & real} == set()


def bank_row(bank: str, day: str) -> tuple[str, Decimal]:
    """Return the day and the price of a dollar as the bank's sheet prints them."""
    file = next((SAMPLE / "banks" / bank).glob(f"{day}.*"))
    if bank == "cbu":
        row = next(row for row in json.loads(file.read_bytes()) if row["Ccy"] == "USD")
        return row["Date"], Decimal(row["Rate"])
    root = etree.fromstring(file.read_bytes())
    where, value = {
        "nbk": ("date", "item[title='USD']/description"),
        "nbkr": ("@Date", "Currency[@ISOCode='USD']/Value"),
        "nbt": ("@Date", "Valute[CharCode='USD']/Value"),
        "cbt": ("date", "rate[@code='USD']/rate_tmt"),
    }[bank]
    return root.xpath(f"string({where})"), Decimal(root.xpath(f"string({value})").replace(",", "."))


@pytest.mark.parametrize(
    ("bank", "before", "now"),
    [
        ("nbk", "516.43", "514.12"),  # the tenge is stronger
        ("cbu", "11978.40", "11990.15"),  # the soum is weaker
        ("nbkr", "87.4500", "87.4500"),  # the som is unchanged
        ("nbt", "9.2312", "9.2204"),
        ("cbt", "3.5", "3.5"),  # a peg
    ],
)
def test_each_bank_has_a_sheet_for_two_days(bank: str, before: str, now: str) -> None:
    iso = bank == "nbt"
    assert bank_row(bank, "2025-12-18") == ("2025-12-18" if iso else "18.12.2025", Decimal(before))
    assert bank_row(bank, "2025-12-19") == ("2025-12-19" if iso else "19.12.2025", Decimal(now))


@pytest.mark.parametrize("bank", ["nbk", "cbu", "nbt", "cbt"])
def test_the_banks_that_keep_their_past_have_a_sheet_for_every_working_day_of_the_week(bank: str) -> None:
    assert [file.stem for file in sorted((SAMPLE / "banks" / bank).iterdir())] == [f"2025-12-{day}" for day in WEEK]


def test_the_banks_own_changes_are_the_differences() -> None:
    for before, now in pairwise(json.loads((SAMPLE / f"banks/cbu/2025-12-{day}.json").read_bytes()) for day in WEEK):
        for old, new in zip(before, now, strict=True):
            assert Decimal(new["Rate"]) - Decimal(old["Rate"]) == Decimal(new["Diff"])
    for before, now in pairwise(etree.parse(SAMPLE / f"banks/nbk/2025-12-{day}.xml").getroot() for day in WEEK):
        for old, new in zip(before.iter("item"), now.iter("item"), strict=True):
            assert Decimal(new.findtext("description")) - Decimal(old.findtext("description")) == Decimal(
                new.findtext("change")
            )


def test_the_readers_are_forty_and_three_rows_that_are_not_as_they_should_be() -> None:
    with (SAMPLE / "readers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["address", "name", "follows", "locale", "time_zone", "suppressed"]
    malformed = [row for row in rows if "@" not in row["address"]]
    suppressed = [row for row in rows if row["suppressed"]]
    distinct = {row["address"].lower() for row in rows if "@" in row["address"]}
    assert (len(rows), len(malformed), len(suppressed), len(distinct)) == (43, 1, 1, 41)
    assert all(address.endswith("@readers.example") for address in distinct)
    assert {slug for row in rows for slug in row["follows"].split(";")} == JOURNALISTS | {"*"}
    assert {row["time_zone"] for row in rows} <= available_timezones()
    assert {"en", "ru", "kk", "uz"} <= {row["locale"] for row in rows}


def test_the_morning_brief_is_of_the_five_and_their_outlets() -> None:
    toml = declared("sample/morning-brief.toml", "http://127.0.0.1:1")
    assert {journalist["slug"] for journalist in toml["journalists"]} == JOURNALISTS
    assert {source["kind"] for journalist in toml["journalists"] for source in journalist["sources"]} == {
        "feed", "wordpress", "page", "capture",
    }  # fmt: skip
    assert {journalist["outlet"] for journalist in toml["journalists"]} == {one["slug"] for one in toml["outlets"]}


def test_the_newsletter_to_copy_names_files_that_are_there() -> None:
    toml = declared("one-journalist.toml")
    places = [*(path for paths in toml["rates"]["banks"].values() for path in paths)]
    places += [source["ref"] for journalist in toml["journalists"] for source in journalist["sources"]]
    assert len(places) == 11
    assert [place for place in places if not (newsletters_dir() / place).is_file()] == []


def test_every_address_of_the_newsletter_answers_and_says_so_when_nothing_changed(newsroom: SampleNewsroom) -> None:
    for url in addresses(newsroom):
        first, body = get(url)
        assert (url, first.status) == (url, 200)
        assert body
        assert first.headers["Content-Length"] == str(len(body))
        for headers in (
            {"If_None_Match": first.headers["ETag"]},
            {"If_None_Match": f'"other", W/{first.headers["ETag"]}'},
            {"If_None_Match": "*"},
            {"If_Modified_Since": first.headers["Last-Modified"]},
        ):
            again, nothing = get(url, **headers)
            assert (url, again.status, nothing) == (url, 304, b"")
            assert again.headers["ETag"] == first.headers["ETag"]


def test_the_etag_counts_more_than_the_date(newsroom: SampleNewsroom) -> None:
    url = f"{newsroom.url}/steppe-herald/feed/"
    answer, _ = get(url)
    again, _ = get(url, If_None_Match='"other"', If_Modified_Since=answer.headers["Last-Modified"])
    assert again.status == 200


def test_each_answer_says_what_it_is(newsroom: SampleNewsroom) -> None:
    types = [get(url)[0].headers["Content-Type"] for url in addresses(newsroom)]
    assert types == [
        "application/rss+xml; charset=UTF-8",
        "application/rss+xml; charset=UTF-8",
        "application/json; charset=UTF-8",
        "text/html; charset=utf-8",
        "text/plain; charset=utf-8",
        "text/xml; charset=utf-8",
        "application/json; charset=UTF-8",
        "text/xml; charset=windows-1251",
        "text/xml; charset=utf-8",
        "text/xml; charset=utf-8",
    ]


def test_robots_may_read_and_the_front_page_lists_what_there_is(newsroom: SampleNewsroom) -> None:
    assert get(f"{newsroom.url}/robots.txt")[1] == b"User-agent: *\nAllow: /\n"
    listed = get(f"{newsroom.url}/")[1].decode().split("\n")[1:-1]
    assert [path for path in listed if get(newsroom.url + path)[0].status != 200] == []


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/steppe-herald/feed",
        "/../../pyproject.toml",
        "/banks/",
        "/banks/nbk/rss/get_rates.cfm",
        "/banks/nbk/rss/get_rates.cfm?fdate=14.12.2025",
        "/banks/nbk/rss/get_rates.cfm?fdate=../../x",
        "/banks/cbu/en/arkhiv-kursov-valyut/json/all/2025-12-20/",
        "/banks/cbt/kurs/2025/14122025.xml",
        "/banks/cbt/kurs/2025/99999999.xml",
    ],
)
def test_what_is_not_there_is_not_found(newsroom: SampleNewsroom, path: str) -> None:
    answer, body = get(newsroom.url + path)
    assert (answer.status, body) == (404, NOT_FOUND.body)
    assert answer.headers["ETag"] is None


def test_the_day_can_be_turned_while_it_is_served(newsroom: SampleNewsroom) -> None:
    nbkr, feed = f"{newsroom.url}/banks/nbkr/XML/daily.xml", f"{newsroom.url}/steppe-herald/feed/"
    newsroom.today = date(2025, 12, 18)
    evening, sheet = get(nbkr)
    assert b'Date="18.12.2025"' in sheet
    assert b"eleven metres" not in get(feed)[1]
    newsroom.today = date(2025, 12, 19)
    morning, sheet = get(nbkr, If_None_Match=evening.headers["ETag"])
    assert (morning.status, b'Date="19.12.2025"' in sheet) == (200, True)
    assert b"eleven metres" in get(feed)[1]


def test_a_feed_of_the_day_before_is_a_whole_feed() -> None:
    body = answer_to("/steppe-herald/authors/dana-serikova/feed/", today=date(2025, 12, 18), folder=SAMPLE).body
    feed = feedparser.parse(body)
    assert (feed.bozo, len(feed.entries)) == (False, 6)
    assert b"<!--" not in body.replace(b"<![CDATA[", b"")


def test_the_tajik_bank_gives_today_for_a_day_that_it_does_not_have(newsroom: SampleNewsroom) -> None:
    for query in ("?date=2024-01-01&export=xmlout", "?date=nonsense", ""):
        assert b'Date="2025-12-19"' in get(f"{newsroom.url}/banks/nbt/en/kurs/export_xml.php{query}")[1]


def test_the_newest_sheet_stays_until_there_is_a_newer_one_and_before_the_first_there_is_none() -> None:
    for path in ("/banks/nbkr/XML/daily.xml", "/banks/nbt/en/kurs/export_xml.php"):
        assert b"19" in answer_to(path, today=date(2026, 1, 5), folder=SAMPLE).body
        assert answer_to(path, today=date(2025, 12, 1), folder=SAMPLE) is NOT_FOUND


def test_wordpress_finds_a_user_and_gives_their_posts_page_by_page(newsroom: SampleNewsroom) -> None:
    api = f"{newsroom.url}/pamir-courier/wp-json/wp/v2"
    users = json.loads(get(f"{api}/users?slug=farrukh-nazarov")[1])
    assert [user["name"] for user in users] == ["Farrukh Nazarov"]
    query = f"author={users[0]['id']}&per_page=4&orderby=date&order=desc&_fields=id,date_gmt,link,title.rendered"
    first, body = get(f"{api}/posts?{query}")
    second, more = get(f"{api}/posts?{query}&page=2")
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("6", "2")
    posts = json.loads(body) + json.loads(more)
    assert [set(post) for post in posts] == [{"id", "date_gmt", "link", "title"}] * 6
    assert [post["date_gmt"] for post in posts] == sorted((post["date_gmt"] for post in posts), reverse=True)
    assert second.status == 200


def test_wordpress_answers_for_nobody_and_for_nonsense_as_the_real_one_does(newsroom: SampleNewsroom) -> None:
    api = f"{newsroom.url}/pamir-courier/wp-json/wp/v2"
    nobody, body = get(f"{api}/posts?author=99")
    assert (nobody.status, nobody.headers["X-WP-Total"], body) == (200, "0", b"[]")
    assert json.loads(get(f"{api}/users?slug=nobody")[1]) == []
    for path, status, code in (
        ("posts?page=9", 400, "rest_post_invalid_page_number"),
        ("posts?per_page=0", 400, "rest_invalid_param"),
        ("posts?page=x", 400, "rest_invalid_param"),
        ("comments", 404, "rest_no_route"),
    ):
        answer, body = get(f"{api}/{path}")
        assert (answer.status, json.loads(body)["code"]) == (status, code)


def test_wordpress_embeds_authors_and_categories_where_it_is_asked_to(newsroom: SampleNewsroom) -> None:
    _, body = get(f"{newsroom.url}/pamir-courier/wp-json/wp/v2/posts?_embed=author&_fields=id,_embedded")
    names = {post["_embedded"]["author"][0]["name"] for post in json.loads(body)}
    assert names == {"Farrukh Nazarov", "Zarina Hakimova"}
    terms = {post["id"]: post["_embedded"]["wp:term"][0][0]["name"] for post in json.loads(body)}
    assert (terms[8990], terms[9127]) == ("Partner content", "Water &amp; borders")


def test_a_post_of_tomorrow_is_not_shown() -> None:
    target = "/pamir-courier/wp-json/wp/v2/posts?author=7"
    assert len(json.loads(answer_to(target, today=date(2025, 12, 17), folder=SAMPLE).body)) == 5


def test_it_says_nothing_on_the_terminal(newsroom: SampleNewsroom, capfd: pytest.CaptureFixture[str]) -> None:
    get(f"{newsroom.url}/nothing")
    get(f"{newsroom.url}/")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("error", "is_said"), [(BrokenPipeError, False), (ZeroDivisionError, True)])
def test_only_faults_of_our_own_are_said(
    error: type[Exception], is_said: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    with _Server(0, TODAY) as server:
        try:
            raise error  # noqa: TRY301 - errors are handled where they are current
        except error:
            server.handle_error(None, ("127.0.0.1", 1))
    assert (error.__name__ in capfd.readouterr().err) is is_said


def test_a_port_that_is_taken_is_an_error_and_after_the_block_nothing_listens() -> None:
    with serve() as served:
        port = urlsplit(served.url).port or 0
        with pytest.raises(OSError, match="in use"), serve(port=port):
            pass
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=30):
        pass
    with serve(port=port) as again:
        assert again.url == f"http://127.0.0.1:{port}"
