"""Every shape in which outlets show an author, from the address that an editor pastes to the ranked proposals."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from digest.collect.adding.discover import MOST_REQUESTS, discover
from digest.collect.adding.discovery import Standing
from digest.collect.adding.enrolment import Discovery
from digest.collect.journalist import SourceKind
from digest.collect.web import Request, Response
from digest.errors import BadAnswer, Challenged, NoJournalist, NoWayToFollow, ParseError, Unreachable
from tests.fakes import FakeWeb

SITE = "https://herald.example"
PAGE = f"{SITE}/author/dana-serikova/"
TEASER = "Water reached the canal on Monday, three weeks before anybody had expected it to."


@dataclass
class Herald(FakeWeb):
    """A web that also redirects: what is in ``moved`` is found at its new address."""

    moved: dict[str, str] = field(default_factory=dict)

    async def fetch(self, request: Request) -> Response:
        response = await super().fetch(replace(request, ref=self.moved.get(request.ref, request.ref)))
        return replace(response, ref=request.ref)


def rss(*bylines: str, title: str = "The Herald", day: int = 18, month: str = "Dec") -> bytes:
    """Return a feed with one item per byline, on days that go back from ``day``."""
    items = "".join(
        f"<item><title>Story {at}</title><link>{SITE}/{month}/{at}/</link>"
        f"<pubDate>{day - at} {month} 2025 08:00:00 +0000</pubDate>"
        f"{f'<dc:creator>{byline}</dc:creator>' if byline else ''}</item>"
        for at, byline in enumerate(bylines)
    )
    head = f"<channel><title>{title}</title><language>en-GB</language>{items}</channel>"
    return f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">{head}</rss>'.encode()


def page(*, head: str = "", cards: int = 2, name: str = "Dana Serikova") -> bytes:
    articles = "".join(
        f"<article><h2><a href='/p/{at}/'>Card {at}</a></h2><time>{17 - at} December 2025</time>"
        f"<p>{TEASER}</p></article>"
        for at in range(cards)
    )
    meta = '<meta property="og:site_name" content="The Herald">'
    return f"<!doctype html><html lang=en><head>{meta}{head}</head><body><h1>{name}</h1>{articles}</body>".encode()


def link(href: str, title: str = "", media_type: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{media_type}" title="{title}" href="{href}">'


API = '<link rel="https://api.w.org/" href="/wp-json/">'
USERS = f"{SITE}/wp-json/wp/v2/users?slug=dana-serikova"
_ASKED = (
    "per_page=20&orderby=date&order=desc&_embed=author,wp:term"
    "&_fields=id,date,date_gmt,modified_gmt,link,guid,title,content,excerpt,author,coauthors,"
    "jetpack_featured_media_url,yoast_head_json.og_image,_links,_embedded"
)
POSTS = f"{SITE}/wp-json/wp/v2/posts?author=7&{_ASKED}"
USER = {"id": 7, "name": "Dana Serikova", "slug": "dana-serikova", "description": "Reports on rivers."}


def posts(count: int = 3) -> bytes:
    return json.dumps(
        [
            {
                "id": at,
                "date_gmt": f"2025-12-{16 - at}T08:00:00",
                "link": f"{SITE}/w/{at}/",
                "title": {"rendered": f"Post {at}"},
                "author": 7,
                "_embedded": {"author": [{"name": "Dana Serikova"}]},
            }
            for at in range(count)
        ]
    ).encode()


def told(found: Discovery) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.ref, one.standing.value) for one in found.proposals]


async def test_a_feed_that_the_page_names_as_its_own_is_best_and_everything_is_filled_in() -> None:
    graph = {
        "@type": "ProfilePage",
        "mainEntity": {
            "@type": "Person",
            "name": "Dana Serikova",
            "jobTitle": "Editor",
            "description": "Covers rivers.",
            "image": "/dana.png",
        },
    }
    head = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    head += link("/feed/", "The Herald » Feed") + link("/comments/feed/", "The Herald » Comments Feed")
    head += link("feed/", "The Herald » Posts by Dana Serikova Feed")
    web = Herald(
        pages={
            PAGE: page(head=head),
            f"{PAGE}feed/": rss("Dana Serikova", "Dana Serikova", title="Dana Serikova – The Herald"),
            f"{SITE}/feed/": rss("Dana Serikova", "Timur Aliyev", "Timur Aliyev"),
        }
    )
    found = await discover(PAGE, web=web)
    assert told(found)[:3] == [
        ("feed", f"{PAGE}feed/", "good"),
        ("page", PAGE, "good"),
        ("feed", f"{SITE}/feed/", "good"),
    ]
    best = found.best()
    assert (best.byline, best.articles, best.is_all_named) == (None, 2, True)
    assert best.newest is not None
    assert best.newest.isoformat() == "2025-12-18T08:00:00+00:00"
    site = found.proposals[2]
    assert (site.byline, site.articles, site.others) == ("Dana Serikova", 1, 2)
    assert "1 of its 3 articles carry the name" in site.why
    assert (found.name, found.slug, found.aliases) == ("Dana Serikova", "dana-serikova", ())
    who = found.journalist
    assert (who.role, who.bio, who.avatar_url) == ("Editor", "Covers rivers.", f"{SITE}/dana.png")
    assert (found.outlet.slug, found.outlet.name, found.outlet.url) == ("herald", "The Herald", f"{SITE}/")
    assert found.outlet.language == "en"
    assert not [asked for asked in web.asked if "comments" in asked]


async def test_wordpress_has_a_feed_beside_an_author_even_where_the_page_does_not_say_so() -> None:
    web = Herald(pages={PAGE: page(), f"{PAGE}feed/": rss("Dana Serikova")})
    assert (await discover(PAGE, web=web)).best().ref == f"{PAGE}feed/"


async def test_wordpress_is_asked_by_its_rest_api_which_comes_after_the_feed() -> None:
    pages = {PAGE: page(head=API), f"{PAGE}feed/": rss("Dana Serikova"), USERS: json.dumps([USER]).encode()}
    found = await discover(PAGE, web=Herald(pages={**pages, POSTS: posts()}))
    assert told(found)[:3] == [("feed", f"{PAGE}feed/", "good"), ("wordpress", USERS, "good"), ("page", PAGE, "good")]
    assert (found.proposals[1].articles, found.proposals[1].named) == (3, 3)
    assert found.journalist.bio == "Reports on rivers."


async def test_the_rest_api_is_found_by_the_link_header_and_the_users_number_too() -> None:
    web = Herald(
        pages={PAGE: page(), f"{SITE}/cms/wp-json/wp/v2/posts?author=7&{_ASKED}": posts()},
        headers={
            PAGE: {
                "link": f'<{SITE}/cms/wp-json/>; rel="https://api.w.org/", '
                f'<{SITE}/cms/wp-json/wp/v2/users/7>; rel="alternate"; title="JSON"; type="application/json"'
            }
        },
    )
    assert told(await discover(PAGE, web=web))[0] == ("wordpress", f"{SITE}/cms/wp-json/wp/v2/posts?author=7", "good")


async def test_where_the_users_are_hidden_the_feed_is_taken() -> None:
    pages: dict[str, Any] = {
        PAGE: page(head=API),
        f"{PAGE}feed/": rss("Dana Serikova"),
        USERS: BadAnswer(USERS, 401),
    }
    found = await discover(PAGE, web=Herald(pages=pages))
    assert found.best().kind is SourceKind.FEED
    blocked = next(one for one in found.proposals if one.kind is SourceKind.WORDPRESS)
    assert (blocked.standing, blocked.error_name) == (Standing.DISMISSED, "BadAnswer")
    assert "401" in blocked.why


async def test_a_json_feed_is_a_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Dana Serikova | The Herald",
        "authors": [{"name": "Dana Serikova", "avatar": f"{SITE}/dana.png"}],
        "items": [
            {"id": "1", "title": "A", "url": f"{SITE}/a", "authors": [{"name": "Dana Serikova"}]},
        ],
    }
    address = f"{SITE}/people/dana/feed.json"
    web = Herald(
        pages={
            f"{SITE}/people/dana": page(head=link(address, "", "application/feed+json")),
            address: json.dumps(feed).encode(),
        }
    )
    found = await discover(f"{SITE}/people/dana", web=web)
    assert told(found)[0] == ("feed", address, "good")
    assert found.journalist.avatar_url == f"{SITE}/dana.png"
    assert "gives no dates" in found.best().why


async def test_a_profile_of_the_guardian_has_its_feed_at_rss() -> None:
    profile = "https://www.theguardian.com/profile/dana-serikova"
    web = Herald(pages={profile: page(), f"{profile}/rss": rss("Dana Serikova", "Dana Serikova and Timur Aliyev")})
    best = (await discover(profile, web=web)).best()
    assert (best.ref, best.articles, best.is_all_named) == (f"{profile}/rss", 2, True)


async def test_a_page_of_structured_data_alone_is_followed_itself() -> None:
    web = Herald(pages={PAGE: page()})
    found = await discover(PAGE, web=web)
    assert [one[:2] for one in told(found) if one[2] == "good"] == [("page", PAGE)]
    assert found.best().articles == 2


async def test_where_the_page_shows_nothing_the_sites_feed_is_filtered_by_byline() -> None:
    pages = {PAGE: page(cards=0), f"{SITE}/feed/": rss("Timur Aliyev", "Dana Serikova")}
    best = (await discover(PAGE, web=Herald(pages=pages))).best()
    assert (best.ref, best.byline, best.articles) == (f"{SITE}/feed/", "Dana Serikova", 1)


async def test_a_feed_that_names_nobody_cannot_be_filtered() -> None:
    pages = {PAGE: page(cards=0), f"{SITE}/feed/": rss("", "")}
    found = await discover(PAGE, web=Herald(pages=pages))
    site = next(one for one in found.proposals if one.ref == f"{SITE}/feed/")
    assert (site.standing, site.byline is not None) == (Standing.DISMISSED, True)
    assert "names no author" in site.why


async def test_an_empty_feed_of_the_authors_is_suspect_and_comes_after_the_page() -> None:
    pages = {PAGE: page(head=link("feed/", "Dana")), f"{PAGE}feed/": rss()}
    found = await discover(PAGE, web=Herald(pages=pages))
    assert told(found)[:2] == [("page", PAGE, "good"), ("feed", f"{PAGE}feed/", "suspect")]
    assert found.best().kind is SourceKind.PAGE
    assert found.best(SourceKind.FEED).ref == f"{PAGE}feed/"


async def test_a_feed_that_was_left_to_itself_comes_after_the_page() -> None:
    pages = {PAGE: page(), f"{PAGE}feed/": rss("Dana Serikova", month="Mar")}
    found = await discover(PAGE, web=Herald(pages=pages))
    assert [one.kind for one in found.proposals[:2]] == [SourceKind.PAGE, SourceKind.FEED]
    assert found.proposals[1].why == "Its newest article is of 2025-03-18, while another source has one of 2025-12-17."


async def test_a_feeds_address_that_answers_with_html_is_dismissed() -> None:
    pages = {PAGE: page(), f"{PAGE}feed/": page(cards=0, name="Sign in")}
    found = await discover(PAGE, web=Herald(pages=pages))
    wrong = next(one for one in found.proposals if one.ref == f"{PAGE}feed/")
    assert (wrong.standing, wrong.error_name) == (Standing.DISMISSED, "ParseError")


async def test_an_authors_feed_that_leads_to_the_sites_feed_gets_a_byline() -> None:
    pages = {PAGE: page(cards=0), f"{SITE}/feed/": rss("Timur Aliyev", "Dana Serikova")}
    web = Herald(pages=pages, moved={f"{PAGE}feed/": f"{SITE}/feed/"})
    found = await discover(PAGE, web=web)
    assert [one.byline for one in found.proposals if one.standing is Standing.GOOD] == ["Dana Serikova"]


async def test_a_moved_page_is_followed_to_where_it_is_now() -> None:
    new = f"{SITE}/our-people/dana-serikova"
    web = Herald(pages={new: page()}, moved={f"{SITE}/dana": new})
    assert (await discover(f"{SITE}/dana", web=web)).best().ref == new


async def test_the_second_page_of_a_listing_leads_to_the_first() -> None:
    web = Herald(pages={f"{SITE}/author/dana-serikova": page()})
    found = await discover(f"{SITE}/author/dana-serikova/page/4?utm_source=mail", web=web)
    assert found.best().ref == f"{SITE}/author/dana-serikova"


async def test_a_page_without_anything_says_what_was_tried() -> None:
    found = await discover(PAGE, web=Herald(pages={PAGE: page(cards=0)}))
    with pytest.raises(NoWayToFollow) as caught:
        found.best()
    assert (caught.value.ref, caught.value.journalist) == (PAGE, "Dana Serikova")
    assert len(caught.value.tried) == len(found.proposals) == 4
    assert "The server answered 404; " in str(caught.value)
    with pytest.raises(NoWayToFollow, match="by capture was found"):
        found.best(SourceKind.CAPTURE)


async def test_a_listing_is_nobodys_page_and_nobody_is_invented() -> None:
    listing = f"{SITE}/category/economy/"
    web = Herald(pages={listing: page(name="Economy"), f"{SITE}/feed/": rss("Dana Serikova", "Timur Aliyev")})
    with pytest.raises(NoJournalist):
        await discover(listing, web=web)
    assert web.asked == [listing]
    found = await discover(listing, web=web, name="Timur Aliyev")
    assert (found.best().ref, found.best().byline, found.name) == (f"{SITE}/feed/", "Timur Aliyev", "Timur Aliyev")


async def test_one_article_is_nobodys_page_and_is_never_followed_itself() -> None:
    story = f"{SITE}/2025/12/the-canal/"
    graph = {
        "@type": "NewsArticle",
        "headline": "The canal",
        "url": story,
        "author": {"@type": "Person", "name": "Dana Serikova"},
        "datePublished": "2025-12-18T08:00:00Z",
        "articleBody": TEASER * 5,
    }
    body = '<!doctype html><html><head><meta property="og:type" content="article"><script type="application/ld+json">'
    body += f"{json.dumps(graph)}</script></head><body><article><h1>The canal</h1><p>{TEASER * 5}</p></article></body>"
    pages = {story: body.encode(), f"{SITE}/feed/": rss("Dana Serikova", "Timur Aliyev")}
    with pytest.raises(NoJournalist):
        await discover(story, web=Herald(pages=pages))
    found = await discover(story, web=Herald(pages=pages), name="Dana Serikova")
    assert told(found) == [("feed", f"{SITE}/feed/", "good")]
    assert found.best().byline == "Dana Serikova"


async def test_a_page_of_somebody_with_one_article_is_followed() -> None:
    graph = {"@type": "NewsArticle", "headline": "The canal", "author": {"@type": "Person", "name": "Dana Serikova"}}
    head = f'<script type="application/ld+json">{json.dumps({**graph, "url": f"{SITE}/canal"})}</script>'
    best = (await discover(PAGE, web=Herald(pages={PAGE: page(head=head)}))).best()
    assert (best.kind, best.ref) == (SourceKind.PAGE, PAGE)


async def test_a_page_that_does_not_say_its_name_is_named_by_its_feed() -> None:
    pages = {PAGE: b"<!doctype html><html><body><p>Loading ...</p>", f"{PAGE}feed/": rss("Dana Serikova")}
    found = await discover(PAGE, web=Herald(pages=pages))
    assert (found.name, found.outlet.name) == ("Dana Serikova", "The Herald")
    with pytest.raises(NoJournalist):
        await discover(PAGE, web=Herald(pages={**pages, f"{PAGE}feed/": rss("Newsroom Staff")}))


async def test_a_spelling_that_the_address_confirms_is_the_same_person() -> None:
    pages = {PAGE: page(name="Дана Серикова"), f"{PAGE}feed/": rss("Dana Serikova")}
    found = await discover(PAGE, web=Herald(pages=pages))
    assert (found.name, found.aliases, found.slug) == ("Дана Серикова", ("Dana Serikova",), "dana-serikova")
    assert (found.best().kind, found.best().is_all_named) == (SourceKind.FEED, True)


async def test_a_feed_of_somebody_elses_articles_is_dismissed() -> None:
    pages = {PAGE: page(), f"{PAGE}feed/": rss("Timur Aliyev", "Aigerim S")}
    found = await discover(PAGE, web=Herald(pages=pages))
    wrong = next(one for one in found.proposals if one.ref == f"{PAGE}feed/")
    assert wrong.why == "Its articles are by somebody else: Timur Aliyev, Aigerim S."


async def test_a_site_that_shows_machines_only_its_feed_is_followed_there() -> None:
    pages: dict[str, Any] = {PAGE: Challenged(PAGE, 403), f"{PAGE}feed/": rss("Dana Serikova")}
    found = await discover(PAGE, web=Herald(pages=pages))
    assert (found.best().ref, found.name) == (f"{PAGE}feed/", "Dana Serikova")
    assert found.proposals[-1].error_name in {"Challenged", "BadAnswer"}


@pytest.mark.parametrize("url", [PAGE, f"{SITE}/nothing"])
async def test_a_page_that_is_not_there_is_said_so(url: str) -> None:
    with pytest.raises(BadAnswer, match="404"):
        await discover(url, web=Herald(pages={f"{SITE}/feed/": rss("Dana Serikova")}))


async def test_no_more_addresses_are_asked_than_is_polite_and_what_was_not_asked_is_said() -> None:
    head = "".join(link(f"{SITE}/feeds/{at}/dana-serikova", f"Dana Serikova {at}") for at in range(9)) + API
    head += link(f"{SITE}/all.rss", "All") + link(f"{SITE}/economy.rss", "Economy")
    pages: dict[str, Any] = {PAGE: page(head=head), USERS: json.dumps([USER]).encode(), POSTS: posts()}
    web = Herald(pages=pages)
    found = await discover(PAGE, web=web)
    assert len(web.asked) == 1 + MOST_REQUESTS
    assert len(set(web.asked)) == len(web.asked)
    (left,) = (one for one in found.proposals if one.ref == f"{SITE}/economy.rss")
    assert (left.standing, left.error_name) == (Standing.DISMISSED, None)
    assert "not asked" in left.why


async def test_a_feed_can_be_given_itself() -> None:
    url = f"{SITE}/dana.rss"
    web = Herald(pages={url: rss("Dana Serikova", "Dana Serikova", title="Rivers by Dana Serikova | The Herald")})
    found = await discover(url, web=web)
    assert (told(found), found.name) == ([("feed", url, "good")], "Dana Serikova")
    assert (found.outlet.name, found.outlet.language) == ("The Herald", "en-GB")


async def test_the_feed_of_a_whole_site_needs_a_name() -> None:
    url = f"{SITE}/feed/"
    web = Herald(pages={url: rss("Dana Serikova", "Timur Aliyev")})
    with pytest.raises(NoJournalist):
        await discover(url, web=web)
    with pytest.raises(NoJournalist):
        await discover(url, web=Herald(pages={url: rss("Admin", "Admin")}))
    best = (await discover(url, web=web, name="Timur Aliyev")).best()
    assert (best.byline, best.articles) == ("Timur Aliyev", 1)


async def test_an_api_can_be_given_itself() -> None:
    web = Herald(pages={USERS: json.dumps([USER]).encode(), POSTS: posts()})
    found = await discover(USERS, web=web)
    assert (told(found), found.name) == ([("wordpress", USERS, "good")], "Dana Serikova")
    with pytest.raises(ParseError, match="no author"):
        await discover(USERS, web=Herald(pages={USERS: b'[{"id": 1, "name": "A", "slug": "a"}]'}))


async def test_a_saved_text_is_a_capture() -> None:
    head = "Our People > Dana Serikova\nDana Serikova’s Avatar\nDana Serikova\nEditor\nArticles\n"
    text = f"{head}A title\n{TEASER}\n2 days ago\n"
    web = Herald(pages={"dana.txt": text.encode()})
    found = await discover("dana.txt", web=web)
    assert told(found) == [("capture", "dana.txt", "good")]
    assert (found.name, found.journalist.role, found.outlet.url) == ("Dana Serikova", "Editor", "")
    assert found.outlet.slug == "unknown-outlet"


async def test_a_saved_page_leads_nowhere_else() -> None:
    saved = "saved/people/dana.html"
    web = Herald(pages={saved: page(head=f'<base href="{SITE}/">' + link("/feed/", "All"))})
    found = await discover(saved, web=web)
    assert web.asked == [saved]
    assert found.best().kind is SourceKind.PAGE


async def test_what_is_no_page_and_what_is_not_there_pass_through() -> None:
    with pytest.raises(ParseError, match="a picture"):
        await discover(PAGE, web=Herald(pages={PAGE: b"\x89PNG\r\n"}))
    with pytest.raises(Unreachable):
        await discover(PAGE, web=Herald(pages={PAGE: Unreachable(PAGE, "no answer in time")}))
