from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.collect.article import FoundArticle
from digest.collect.page import FoundJournalist, Page
from digest.collect.sources.wordpress import WordPressReader
from digest.collect.text.dates import instant
from digest.errors import ParseError
from tests.collect.answers import ASSUME, answer, json_answer

POSTS = "https://herald.example/wp-json/wp/v2/posts?author=7"
USERS = "https://herald.example/wp-json/wp/v2/users?slug=dana-serikova"
USER: dict[str, Any] = {
    "id": 7,
    "slug": "dana-serikova",
    "name": "Dana Serikova",
    "description": "Covers <b>rivers</b> &amp; dams.",
    "avatar_urls": {"24": "https://herald.example/24.png", "96": "/96.png", "x": "y"},
}


def post(**more: Any) -> dict[str, Any]:
    return {
        "id": 12,
        "date": "2025-12-19T15:00:00",
        "date_gmt": "2025-12-19T10:00:00",
        "guid": {"rendered": "https://herald.example/?post_type=story&#038;p=12"},
        "link": "https://herald.example/rivers/",
        "title": {"rendered": "Dana&#8217;s rivers"},
        "content": {"rendered": "<p>Water.</p>", "protected": False},
        "excerpt": {"rendered": "<p>Wat [&hellip;]</p>", "protected": False},
        "author": 7,
        "_embedded": {"author": [USER]},
        **more,
    }


def read(value: Any, url: str = POSTS, **headers: str) -> Page:
    return WordPressReader().read(json_answer(value, url, **headers), ASSUME)


def only(**more: Any) -> FoundArticle:
    (article,) = read([post(**more)]).articles
    return article


def first(ref: str) -> tuple[str, dict[str, list[str]]]:
    asked = urlsplit(WordPressReader().first(ref).ref)
    return asked._replace(query="").geturl(), parse_qs(asked.query)


@pytest.mark.parametrize(
    ("ref", "place", "given"),
    [
        (POSTS, "https://herald.example/wp-json/wp/v2/posts", {"author": ["7"]}),
        ("https://herald.example/", "https://herald.example/wp-json/wp/v2/posts", {}),
        ("https://herald.example/blog/wp-json/", "https://herald.example/blog/wp-json/wp/v2/posts", {}),
        ("https://herald.example/?rest_route=/wp/v2/posts&author=7", "https://herald.example/", {"author": ["7"]}),
        (POSTS + "&per_page=5", "https://herald.example/wp-json/wp/v2/posts", {"per_page": ["5"]}),
    ],
)
def test_posts_are_asked_for_with_what_we_need(ref: str, place: str, given: dict[str, list[str]]) -> None:
    asked, query = first(ref)
    assert asked == place
    expected = {"per_page": ["20"], "orderby": ["date"], "order": ["desc"], "_embed": ["author,wp:term"], **given}
    assert expected.items() <= query.items()
    assert "date_gmt" in query["_fields"][0]


@pytest.mark.parametrize(
    "ref",
    ["https://herald.example/author/dana-serikova/", "https://herald.example/our-people/dana-serikova/page/2", USERS],
)
def test_an_author_page_is_looked_up_by_its_slug(ref: str) -> None:
    assert WordPressReader().first(ref).ref == USERS


def test_a_file_is_read_as_it_is() -> None:
    assert WordPressReader().first("posts.json").ref == "posts.json"


def test_a_post_is_read_whole() -> None:
    assert only() == FoundArticle(
        title="Dana’s rivers",
        url="https://herald.example/rivers/",
        text="Water.",
        authors=("Dana Serikova",),
        published=instant(datetime(2025, 12, 19, 10, tzinfo=UTC)),
        guid="https://herald.example/?post_type=story&p=12",
        language="en",
    )


def test_date_gmt_is_utc_and_date_is_the_outlets() -> None:
    assert only(date_gmt="2025-12-19T10:00:00Z").published == only().published
    assert only(date_gmt="0000-00-00T00:00:00").published == only().published
    assert only(date_gmt=None, date=None).published.at is None


def test_without_content_the_excerpt_is_the_text() -> None:
    article = only(content={"rendered": "", "protected": True})
    assert (article.text, article.truncated) == ("Wat […]", True)


def test_co_authors_come_before_the_user_who_typed_it_in() -> None:
    coauthors = [{"display_name": "Dana Serikova"}, {"name": "Timur Aliyev"}, {"id": 1}]
    assert only(coauthors=coauthors).authors == ("Dana Serikova", "Timur Aliyev")
    assert only(_embedded={"author": [{"code": "rest_user_invalid_id", "name": "x"}]}).authors == ()
    assert only(_embedded=None).authors == ()


def test_a_post_without_a_link_has_no_address() -> None:
    assert only(link="").url is None
    assert only(link="javascript:alert(1)").url is None


def test_posts_without_a_title_are_passed_over() -> None:
    page = read([post(), post(title={"rendered": " "}, content=None, excerpt=None)])
    assert len(page.articles) == 1
    assert page.warnings[-1] == "Posts without a title were passed over: 1."


def test_the_author_who_was_asked_for_is_the_journalist() -> None:
    expected = FoundJournalist(
        name="Dana Serikova", bio="Covers rivers & dams.", avatar_url="https://herald.example/96.png"
    )
    assert read([post(), post()]).journalist == expected
    assert read([post()], "https://herald.example/wp-json/wp/v2/posts").journalist is None
    assert read([post(), post(author=8)]).journalist is None
    assert read([post(_embedded={})]).journalist is None
    assert read([]).journalist is None


def test_no_posts_are_no_articles() -> None:
    assert read([]).articles == ()


@pytest.mark.parametrize(
    ("page", "pages", "following"),
    [
        ("", "3", "2"),
        ("&page=2", "3", "3"),
        ("&page=3", "3", None),
        ("", "", None),
        ("", "many", None),
        ("&page=x", "3", None),
    ],
)
def test_older_posts_are_on_the_next_page(page: str, pages: str, following: str | None) -> None:
    found = read([post()], POSTS + page, x_wp_totalpages=pages).next
    assert (parse_qs(urlsplit(found.ref).query)["page"] if found else [None]) == [following]


def test_a_users_answer_leads_to_the_posts() -> None:
    other = {**USER, "id": 8, "slug": "dana-s"}
    page = read([other, USER], USERS)
    assert page.journalist is not None
    assert page.journalist.name == "Dana Serikova"
    assert page.articles == ()
    assert page.next is not None
    asked, query = first(page.next.ref)
    assert asked == "https://herald.example/wp-json/wp/v2/posts"
    assert query["author"] == ["7"]


def test_a_site_without_pretty_addresses_works_too() -> None:
    page = read([USER], "https://herald.example/?rest_route=/wp/v2/users&slug=dana-serikova")
    assert page.next is not None
    query = parse_qs(urlsplit(page.next.ref).query)
    assert (query["rest_route"], query["author"]) == (["/wp/v2/posts"], ["7"])


def test_users_in_a_file_lead_nowhere() -> None:
    assert read([USER], "users.json").next is None


def test_a_user_without_a_picture_has_none() -> None:
    page = read([{**USER, "avatar_urls": {}}], USERS)
    assert page.journalist is not None
    assert page.journalist.avatar_url is None


@pytest.mark.parametrize("users", [[], [{**USER, "slug": "somebody"}], [USER, USER], [{**USER, "id": None}]])
def test_a_slug_that_nobody_or_several_have_is_named(users: list[Any]) -> None:
    with pytest.raises(ParseError, match="the site knows"):
        read(users, USERS)


def test_the_sites_refusal_is_told_in_its_own_words() -> None:
    error = {
        "code": "rest_user_cannot_view",
        "message": "Sorry, you are not allowed to list users.",
        "data": {"status": 401},
    }
    with pytest.raises(
        ParseError, match=r"Sorry, you are not allowed to list users \(rest_user_cannot_view, status 401\)"
    ):
        read(error)
    with pytest.raises(ParseError, match="no reason is given"):
        read({"code": "x", "message": "", "data": None})


@pytest.mark.parametrize("value", [{}, [{"a": 1}], [1], 3, "x", None, [{"title": {"rendered": "A"}}]])
def test_other_json_is_named(value: Any) -> None:
    with pytest.raises(ParseError):
        read(value)


@pytest.mark.parametrize("body", ["", "  ", "<html>", "[" * 200_000])
def test_what_is_no_json_is_named(body: str) -> None:
    with pytest.raises(ParseError):
        WordPressReader().read(answer(body, POSTS), ASSUME)
