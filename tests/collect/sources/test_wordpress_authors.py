from typing import Any

import pytest

from digest.collect.sources.wordpress import WordPressReader
from digest.collect.sources.wordpress_authors import credits_of, read_credits, route
from digest.errors import ParseError
from tests.collect.answers import ASSUME, answer, json_answer

POSTS = "https://herald.example/wp-json/wp/v2/posts?author=7&per_page=20"
CREDITS = "https://herald.example/wp-json/coauthors/v1/coauthors?post_id=12"
DANA = {"taxonomy": "author", "slug": "cap-dana"}
TERMS = {"wp:term": [{"taxonomy": "category", "href": "c"}, {"taxonomy": "author", "href": "a"}]}


def post(**more: Any) -> dict[str, Any]:
    embedded = {"author": [{"id": 7, "slug": "desk", "name": "Web Desk"}]}
    return {"id": 12, "title": {"rendered": "A"}, "link": "https://herald.example/a", "_embedded": embedded, **more}


def asked(**more: Any) -> str | None:
    request = credits_of(post(**more), POSTS)
    return request.ref if request else None


@pytest.mark.parametrize("signs", [{"coauthors": [31, 32]}, {"_links": TERMS}])
def test_where_the_plugin_is_the_authors_are_asked_for(signs: dict[str, Any]) -> None:
    assert asked(**signs) == CREDITS


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"coauthors": []},
        {"coauthors": [{"display_name": "Dana Serikova"}]},
        {"coauthors": [31], "id": None},
        {"coauthors": [31], "_embedded": {"author": [{"slug": "dana"}], "wp:term": [[DANA]]}},
    ],
)  # fmt: skip
def test_a_post_that_tells_its_authors_is_not_asked_about(told: dict[str, Any]) -> None:
    assert asked(**told) is None


def test_an_author_who_is_no_user_is_asked_for() -> None:
    terms = [[{"taxonomy": "author", "slug": "cap-dana"}, {"taxonomy": "post_tag", "slug": "x"}]]
    assert asked(coauthors=[31], _embedded={"author": [{"slug": "desk"}], "wp:term": terms}) == CREDITS


def test_posts_say_where_their_authors_are_told() -> None:
    page = WordPressReader().read(
        json_answer([post(coauthors=[31]), post(link="https://herald.example/b")], POSTS), ASSUME
    )
    assert {key: request.ref for key, request in page.credits.items()} == {"herald.example/a": CREDITS}


def test_a_route_in_the_query_stays_there() -> None:
    plain = route("https://herald.example/?rest_route=/wp/v2/posts&author=7", "/x", post_id="1")
    assert plain is not None
    assert plain.ref == "https://herald.example/?rest_route=/x&post_id=1"
    assert route("posts.json", "/x") is None


def test_the_sites_names_are_read_in_order() -> None:
    told = [{"display_name": "Dana Serikova"}, {"display_name": "By Timur Aliyev"}, {"id": 3}, None]
    assert read_credits(json_answer(told, CREDITS)) == ("Dana Serikova", "Timur Aliyev")


@pytest.mark.parametrize("body", ["[]", '{"display_name": "A"}', "[{}]", "<html>", ""])
def test_a_site_that_does_not_tell_is_named(body: str) -> None:
    with pytest.raises(ParseError):
        read_credits(answer(body, CREDITS))
