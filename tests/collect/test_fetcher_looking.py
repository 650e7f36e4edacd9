"""Looking whether addresses answer."""

import pytest
from aiohttp import web

from digest.collect.fetching.looking import how_heavy
from digest.collect.web import LinkLook
from tests.collect.site import Site, opened
from tests.fakes import NOON


def methods(site: Site, path: str) -> list[str]:
    return [request.method for request in site.asked if request.path == path]


async def test_a_page_that_answers_is_asked_by_head_alone(site: Site) -> None:
    url = site.serve("/a", b"words")
    async with opened() as fetcher:
        assert await fetcher.look(url) == LinkLook(url=url, at=NOON, status=200)
    assert methods(site, "/a") == ["HEAD"]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
async def test_where_head_is_not_known_get_is_asked_and_nothing_is_read(site: Site, status: int) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=status if request.method == "HEAD" else 200, body=b"words")

    site.pages["/a"] = page
    async with opened() as fetcher:
        assert (await fetcher.look(site.root + "/a")).status == 200
    assert methods(site, "/a") == ["HEAD", "GET"]


async def test_what_is_not_there_is_said(site: Site) -> None:
    async with opened() as fetcher:
        assert (await fetcher.look(site.root + "/gone")).status == 404
    assert methods(site, "/gone") == ["HEAD", "GET"]


async def test_a_redirect_is_followed_and_said_unless_it_leads_to_the_same_place(site: Site) -> None:
    site.serve("/b", b"here")
    moved = site.serve("/a", status=301, Location="/b")
    slash = site.serve("/b/", status=301, Location="/b")
    async with opened() as fetcher:
        look = await fetcher.look(moved)
        assert (look.status, look.leads_to) == (200, site.root + "/b")
        assert (await fetcher.look(slash)).leads_to is None


async def test_a_circle_of_redirects_leads_nowhere(site: Site) -> None:
    url = site.serve("/a", status=302, Location="/a?again")
    async with opened() as fetcher:
        look = await fetcher.look(url)
    assert (look.status, look.is_gone, look.why) == (None, True, "it redirects more than 5 times")


async def test_nobody_there_is_said_and_so_is_what_is_no_address(site: Site) -> None:
    async with opened() as fetcher:
        nobody = await fetcher.look("http://127.0.0.1:1/")
        nowhere = await fetcher.look("http://")
    assert (nobody.status, nobody.is_gone) == (None, True)
    assert nobody.why == "the server does not take the connection"
    assert (nowhere.is_gone, nowhere.why) == (True, "it names no host")
    assert site.asked == []


async def test_a_site_that_lets_no_program_in_is_not_asked(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /")
    url = site.serve("/a", b"words")
    async with opened() as fetcher:
        look = await fetcher.look(url)
    assert (look.status, look.is_gone) == (None, False)
    assert "robots.txt" in look.why
    assert methods(site, "/a") == []


async def test_a_private_address_is_no_business_of_ours(site: Site) -> None:
    async with opened(allow_private=False) as fetcher:
        look = await fetcher.look("https://127.0.0.1/a")
    assert (look.status, look.is_gone) == (None, False)
    assert "private address" in look.why
    assert site.asked == []


async def test_an_answer_of_more_than_a_megabyte_is_said_to_be_large_and_not_read(site: Site) -> None:
    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=b"\xff" * 6_291_456, content_type="image/jpeg")

    site.pages["/dana.jpg"] = picture
    small = site.serve("/small.jpg", b"words")
    async with opened() as fetcher:
        assert (await fetcher.look(site.root + "/dana.jpg")).why == "it has 6.3 MB"
        assert (await fetcher.look(small)).why == ""
    assert methods(site, "/dana.jpg") == ["HEAD"]


@pytest.mark.parametrize("said", ["", "-5", "many", "1e9", "٦٢٩١٤٥٦"])
def test_a_length_that_is_no_number_is_not_heeded(said: str) -> None:
    assert how_heavy({"content-length": said}) == ""
