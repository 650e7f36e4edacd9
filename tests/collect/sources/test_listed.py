"""JSON-LD beside cards, and people among JSON-LD: which one has the say."""

import json
from typing import Any

from digest.collect.journalist import Selectors
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.page import PageReader
from tests.collect.answers import ASSUME, NOW, answer
from tests.collect.sources.author_pages import OTHER, TEASER, page

URL = "https://herald.example/author/dana-serikova/"


def cards(*numbers: int) -> str:
    return "".join(
        f"<article><h2><a href='/a/{n}'>Story {n}</a></h2><p>1{n} December 2025</p><p>{TEASER}</p></article>"
        for n in numbers
    )


def ld(*nodes: Any) -> str:
    return (
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@graph": nodes})}</script>'
    )


def node(n: int, **more: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "url": f"/a/{n}", "headline": f"Headline {n}", **more}


def read(body: str, head: str = "", assume: Assume = ASSUME, url: str = URL) -> Page:
    return PageReader().read(answer(page(f"<h1>Dana Serikova</h1>{body}", head), url), assume)


def titles(found: Page) -> list[str]:
    return [article.title for article in found.articles]


def test_json_ld_that_knows_one_of_many_takes_nothing_away() -> None:
    found = read(cards(1, 2, 3), ld(node(2, datePublished="2025-12-12T08:00:00Z", description="Short.")))
    assert titles(found) == ["Story 1", "Headline 2", "Story 3"]
    assert found.articles[1].published.at is not None
    assert found.articles[1].text == TEASER


def test_json_ld_about_other_articles_is_left_out() -> None:
    assert titles(read(cards(1, 2, 3), ld(node(7), node(8), node(9)))) == ["Story 1", "Story 2", "Story 3"]
    assert titles(read(cards(1, 2, 3), ld(node(3), node(7), node(8), node(9)))) == ["Story 1", "Story 2", "Headline 3"]


def test_json_ld_that_names_the_journalist_adds_what_is_not_shown() -> None:
    found = read(cards(1, 2, 3), ld(node(7), node(8, author={"@type": "Person", "name": "Dana Serikova"})))
    assert titles(found) == ["Story 1", "Story 2", "Story 3", "Headline 8"]


def test_the_same_list_in_json_ld_may_be_longer() -> None:
    assert titles(read(cards(1, 2), ld(node(1), node(2), node(3)))) == ["Headline 1", "Headline 2", "Headline 3"]


def test_a_headline_that_is_cut_is_not_believed() -> None:
    assert titles(read(cards(1, 2), ld(node(1, headline="Something else…"), node(2, headline="Story")))) == [
        "Story 1",
        "Story 2",
    ]


def test_a_page_without_cards_has_json_lds_list() -> None:
    blog = {"@type": "Blog", "blogPost": [{"@id": "#1"}, {"@id": "#2"}]}
    posts = [{"@type": "BlogPosting", "@id": f"#{n}", "headline": f"Post {n}", "url": f"/b/{n}"} for n in (1, 2)]
    collection = {"@type": "CollectionPage", "mainEntity": {"@id": "#list"}, "hasPart": [node(5)]}
    listed = {"@type": "ItemList", "@id": "#list", "itemListElement": [{"@type": "ListItem", "item": {"@id": "#1"}}]}
    assert titles(read("", ld(collection, listed, blog, *posts))) == ["Headline 5", "Post 1", "Post 2"]


def test_an_editors_selectors_go_before_everything() -> None:
    assume = Assume(now=NOW, selectors=Selectors(card="article"))
    assert titles(read(cards(1), ld(node(1), node(2)), assume)) == ["Story 1"]


def test_of_several_people_the_one_whose_page_it_is_is_meant() -> None:
    owner = {"@type": "Person", "@id": "#o", "name": "Ruslan Owner", "url": "https://herald.example/"}
    other = {"@type": "Person", "@id": "#t", "name": "Timur Aliyev", "url": "https://herald.example/author/timur/"}
    dana = {
        "@type": "Person",
        "@id": "#d",
        "name": "D. Serikova",
        "description": "Covers rivers.",
        "jobTitle": ["Editor"],
    }
    known = read(cards(1), ld(owner, other, {**dana, "mainEntityOfPage": {"@id": URL}})).journalist
    assert known == FoundJournalist(name="D. Serikova", role="Editor", bio="Covers rivers.")
    named = read(cards(1), ld(owner, other, {**dana, "name": "Dana Serikova", "worksFor": "The Herald"})).journalist
    assert named == FoundJournalist(name="Dana Serikova", role="Editor", bio="Covers rivers.", outlet="The Herald")
    assert read(cards(1), ld(owner, other)).journalist == FoundJournalist(name="Dana Serikova")


def test_a_person_may_have_a_name_in_two_parts_and_a_job_that_is_a_thing() -> None:
    dana = {"givenName": "Dana", "familyName": "Serikova", "jobTitle": {"@type": "DefinedTerm", "name": "Editor"}}
    profile = ld({"@type": "ProfilePage", "mainEntity": {"@type": "Person", **dana}})
    found = read(cards(1), profile, url="https://herald.example/x").journalist
    assert found == FoundJournalist(name="Dana Serikova", role="Editor")


def test_a_name_in_the_address_beats_a_heading_that_names_nobody() -> None:
    body = f"<h1>The Herald</h1>{cards(1)}<div class='author-box'><h4>Dana Serikova</h4><p>{OTHER}</p></div>"
    found = PageReader().read(answer(page(body), URL), ASSUME).journalist
    assert found == FoundJournalist(name="Dana Serikova", bio=OTHER)
    body = f"<h1>Articles</h1>{cards(1)}<div class='author-box'><h4>D. S. Correspondent</h4></div>"
    found = PageReader().read(answer(page(body), "https://herald.example/author/x"), ASSUME).journalist
    assert found == FoundJournalist(name="D. S. Correspondent")


def test_what_stands_in_a_card_or_a_menu_is_not_the_journalists() -> None:
    card = cards(1).replace("<p>1", "<span class='job-title'>Guest</span><img class='avatar' src='/t.jpg'><p>1")
    assert read(f"<nav><span class='role'>Admin</span></nav>{card}").journalist == FoundJournalist(name="Dana Serikova")


def test_a_picture_that_is_only_drawn_later_is_none() -> None:
    blank = "<img class='avatar' src='data:image/gif;base64,R0'><img class='avatar' alt=''>"
    assert read(f"{blank}{cards(1)}").journalist == FoundJournalist(name="Dana Serikova")


def test_cards_of_a_saved_page_that_are_one_article_are_one() -> None:
    told = ld({**node(1), "url": "https://herald.example/a/1", "headline": "Story 1"})
    found = read(cards(1) + cards(1).replace("Story", "STORY"), told, url="dana.html")
    assert [article.url for article in found.articles] == ["https://herald.example/a/1"]
