from dataclasses import replace

import pytest

from digest.collect.web import LinkLook
from digest.compose.newsletter import Logo, Theme
from digest.render.preflight import links_of, of_link_looks, of_picture_looks, pictures_of
from tests.builders import a_frozen_issue, a_journalist, a_newsletter, an_article
from tests.fakes import NOON

URL = "https://steppe-herald.example.org/1"
FROZEN = a_frozen_issue(an_article(1, url=URL), an_article(2, url=URL), replace(an_article(3), url=None))
LOOK = LinkLook(url=URL, at=NOON, status=200)


def test_every_address_is_looked_at_once() -> None:
    assert links_of(FROZEN) == (URL,)


@pytest.mark.parametrize(
    ("look", "name", "is_error"),
    [
        (replace(LOOK, status=404), "broken-link", True),
        (replace(LOOK, status=410), "broken-link", True),
        (replace(LOOK, status=None, why="there is no server of that name", is_gone=True), "broken-link", True),
        (replace(LOOK, leads_to="https://elsewhere.example/"), "moved-link", False),
        (replace(LOOK, status=403), "unchecked-link", False),
        (replace(LOOK, status=503), "unchecked-link", False),
        (replace(LOOK, status=None, why="its robots.txt asks us not to"), "unchecked-link", False),
    ],
)
def test_what_a_look_says(look: LinkLook, name: str, *, is_error: bool) -> None:
    (finding,) = of_link_looks(FROZEN, {URL: look})
    assert (finding.name, finding.is_error) == (name, is_error)
    assert URL in finding.where


def test_a_good_link_and_one_that_nobody_looked_at_are_no_findings() -> None:
    assert list(of_link_looks(FROZEN, {URL: LOOK})) == []
    assert list(of_link_looks(FROZEN, {})) == []


def test_of_sites_that_are_known_to_let_no_program_look_nothing_is_said_but_that_a_page_is_gone() -> None:
    sites = {"steppe-herald.example.org"}
    assert list(of_link_looks(FROZEN, {URL: replace(LOOK, status=403)}, unchecked_sites=sites)) == []
    (finding,) = of_link_looks(FROZEN, {URL: replace(LOOK, status=404)}, unchecked_sites=sites)
    assert finding.name == "broken-link"


PORTRAIT, LOGO = "https://steppe-herald.example.org/dana.jpg", "https://steppe-herald.example.org/logo.png"
PICTURED = a_frozen_issue(
    journalists=[
        a_journalist(avatar_url=PORTRAIT),
        a_journalist("timur-aliyev", avatar_url=PORTRAIT),
        a_journalist("asel-nurlan", avatar_url="data:image/png;base64,AAAA"),
    ],
    newsletter=replace(a_newsletter(), theme=Theme(logo=Logo(url=LOGO, width=180, height=40))),
)


def test_every_picture_is_looked_at_once_and_what_no_mail_shows_never() -> None:
    assert pictures_of(PICTURED) == (PORTRAIT, LOGO)
    assert pictures_of(FROZEN) == ()


@pytest.mark.parametrize(
    ("look", "names"),
    [
        (replace(LOOK, status=404), ["broken-picture"]),
        (replace(LOOK, status=None, why="there is no server of that name", is_gone=True), ["broken-picture"]),
        (replace(LOOK, why="it has 6.3 MB"), ["heavy-picture"]),
        (replace(LOOK, status=403), []),
        (replace(LOOK, status=None, why="its robots.txt asks us not to"), []),
        (LOOK, []),
    ],
)
def test_what_a_look_at_a_picture_says(look: LinkLook, names: list[str]) -> None:
    found = list(of_picture_looks(PICTURED, {PORTRAIT: replace(look, url=PORTRAIT)}))
    assert [finding.name for finding in found] == names
    assert not any(finding.is_error for finding in found)


def test_a_link_to_something_large_is_no_finding() -> None:
    assert list(of_link_looks(FROZEN, {URL: replace(LOOK, why="it has 6.3 MB")})) == []
