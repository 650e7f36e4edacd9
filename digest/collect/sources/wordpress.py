"""WordPress's REST API: the posts of one author (developer.wordpress.org/rest-api/reference/posts)."""

import html
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from digest.collect.article import FoundArticle
from digest.collect.identity import key_of
from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.charset import decode
from digest.collect.sources.dating import Dating
from digest.collect.sources.json_values import a_dict, a_list, a_text, load
from digest.collect.sources.said import with_said
from digest.collect.sources.said_in_feeds import of_post
from digest.collect.sources.untitled import heading
from digest.collect.sources.wordpress_authors import ACCEPT, credits_of, route
from digest.collect.sources.wordpress_feed import AUTHOR_PAGE
from digest.collect.text.canonical import canonical
from digest.collect.text.language import language_of
from digest.collect.text.names import split_byline, unite
from digest.collect.text.words import is_cut, one_line, plain, title
from digest.collect.web import Request, Response
from digest.errors import ParseError

_POSTS: Final = "/wp/v2/posts"
_USERS: Final = "/wp/v2/users"
_ASKED: Final = {
    "per_page": "20",
    "orderby": "date",
    "order": "desc",
    "_embed": "author,wp:term",
    "_fields": "id,date,date_gmt,modified_gmt,link,guid,title,content,excerpt,author,coauthors,"
    "jetpack_featured_media_url,yoast_head_json.og_image,_links,_embedded",
}
_MOST_PAGES: Final = 10_000


class WordPressReader:
    """Reads posts. An author's page is looked up by its slug first, which takes one more request."""

    kind: SourceKind = SourceKind.WORDPRESS

    def first(self, ref: str) -> Request:
        """Return the first request for what ``ref`` names.

        ``https://host/wp-json/wp/v2/posts?author=7`` (also ``?rest_route=/wp/v2/posts``) is asked for with what we
        need beside it; ``…/wp/v2/users?slug=dana`` and an author's page ``https://host/author/dana/`` lead to a users
        answer, whose ``next`` asks for the posts; any other address is the site's root. A file's path stays as it is.
        """
        parts = urlsplit(ref)
        if parts.scheme not in ("http", "https") or _USERS in unquote(ref):
            return Request(ref=ref, accept=ACCEPT)
        if _POSTS in unquote(ref):
            return _posts(ref)
        author = AUTHOR_PAGE.match(parts.path)
        if author:
            path = f"{author['root']}/wp-json{_USERS}"
            query = "slug=" + quote(unquote(author["slug"]))
            return Request(ref=urlunsplit((parts.scheme, parts.netloc, path, query, "")), accept=ACCEPT)
        root = parts.path.rstrip("/").removesuffix("/wp-json")
        return _posts(urlunsplit((parts.scheme, parts.netloc, f"{root}/wp-json{_POSTS}", parts.query, "")))

    def read(self, response: Response, assume: Assume) -> Page:
        """Read an answer: posts, or the users that were looked up by slug.

        :raises ParseError: an error of the site, in its own words; a slug that nobody has; another JSON.
        """
        if not response.body.strip():
            raise ParseError(response.ref, "it is empty", advice="Open it in a browser to see what the outlet serves.")
        answer = load(response.ref, decode(response))
        if isinstance(answer, dict) and "code" in answer and "title" not in answer:
            raise _site_error(response, answer)
        items = [a_dict(item) for item in a_list(answer)]
        asked_users = any(_USERS in unquote(place) for place in (response.ref, response.url))
        if asked_users or any("slug" in item and "name" in item and "title" not in item for item in items):
            return _read_users(response, items)
        if not isinstance(answer, list) or any("title" not in item or "link" not in item for item in items):
            raise ParseError(response.ref, "this JSON is no list of WordPress posts")
        return _read_posts(response, items, assume)


def _posts(ref: str, **more: str) -> Request:
    parts = urlsplit(ref)
    given = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in more]
    asked = {name for name, _ in given}
    added = [pair for pair in _ASKED.items() if pair[0] not in asked]
    query = urlencode([*given, *more.items(), *added], safe="/,:")
    return Request(ref=urlunsplit((parts.scheme, parts.netloc, parts.path, query, "")), accept=ACCEPT)


def _site_error(response: Response, answer: Mapping[str, Any]) -> ParseError:
    status = one_line(a_text(a_dict(answer.get("data")).get("status")))
    words = title(a_text(answer.get("message"))).rstrip(".") or "no reason is given"
    code = one_line(a_text(answer.get("code")))
    return ParseError(
        response.ref,
        f"the site refuses: {words} ({code}{', status ' + status if status else ''})",
        advice="Try the author's feed or page instead: digest collect try URL",
    )


def _read_users(response: Response, users: list[dict[str, Any]]) -> Page:
    place = response.url if _USERS in unquote(response.url) else response.ref
    wanted = dict(parse_qsl(urlsplit(place).query)).get("slug")
    fitting = [user for user in users if not wanted or a_text(user.get("slug")) == wanted]
    if len(fitting) != 1 or not a_text(fitting[0].get("id")):
        # Co-Authors Plus has guests, who are no users; their feeds are read instead (``wordpress_feed.py``).
        found = f"{len(fitting)} authors" if fitting else "no author"
        raise ParseError(
            response.ref,
            f"the site knows {found}{f' with the slug {wanted!r}' if wanted else ''}",
            advice="Open the author's page and copy the slug from its address.",
        )
    following = route(place, _POSTS, author=a_text(fitting[0].get("id")))
    return Page(
        kind=SourceKind.WORDPRESS,
        journalist=_journalist(fitting[0], response),
        next=_posts(following.ref) if following else None,
    )


def _read_posts(response: Response, posts: list[dict[str, Any]], assume: Assume) -> Page:
    dating = Dating(assume)
    read = [(post, _article(post, response, assume, dating)) for post in posts]
    articles = tuple(article for _, article in read if article.title)
    asked = {key_of(article): credits_of(post, response.url) for post, article in read if article.title}
    warnings = list(dating.warnings)
    if len(articles) < len(posts):
        warnings.append(f"Posts without a title were passed over: {len(posts) - len(articles)}.")
    authors = {a_text(post.get("author")): _embedded_author(post) for post in posts}
    only = next(iter(authors.values())) if len(authors) == 1 and "author" in _query(response.url) else {}
    return Page(
        kind=SourceKind.WORDPRESS,
        journalist=_journalist(only, response) if only else None,
        articles=articles,
        warnings=tuple(warnings),
        next=_next(response),
        credits={key: request for key, request in asked.items() if request is not None},
    )


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _next(response: Response) -> Request | None:
    pages, page = response.headers.get("x-wp-totalpages", ""), _query(response.url).get("page", "1")
    if not re.fullmatch(r"[0-9]{1,5}", pages) or not re.fullmatch(r"[0-9]{1,5}", page):
        return None
    return _posts(response.url, page=str(int(page) + 1)) if int(page) < min(int(pages), _MOST_PAGES) else None


def _embedded_author(post: Mapping[str, Any]) -> dict[str, Any]:
    # A site that hides its users puts the error object itself into a 200 answer.
    embedded = [a_dict(author) for author in a_list(a_dict(post.get("_embedded")).get("author"))]
    return next((author for author in embedded if a_text(author.get("name")) and "code" not in author), {})


def _journalist(user: Mapping[str, Any], response: Response) -> FoundJournalist:
    avatars = a_dict(user.get("avatar_urls"))
    largest = max((size for size in avatars if re.fullmatch(r"[0-9]{1,4}", size)), key=int, default="")
    return FoundJournalist(
        name=title(a_text(user.get("name"))) or None,
        bio=plain(a_text(user.get("description"))) or None,
        avatar_url=canonical(a_text(avatars.get(largest)), base=response.url) if largest else None,
    )


def _article(post: Mapping[str, Any], response: Response, assume: Assume, dating: Dating) -> FoundArticle:
    text = plain(_rendered(post, "content")) or plain(_rendered(post, "excerpt"))
    headline = title(_rendered(post, "title")) or heading(text)
    utc = a_text(post.get("date_gmt"))
    # date_gmt is UTC and does not say so; a draft's is all zeros. date is the site's local time.
    printed = f"{utc}Z" if utc and not utc.startswith("0000") and not utc.endswith("Z") else a_text(post.get("date"))
    coauthors = [a_dict(author) for author in a_list(post.get("coauthors"))]
    names = [a_text(author.get("display_name")) or a_text(author.get("name")) for author in coauthors]
    link = a_text(post.get("link"))
    article = FoundArticle(
        title=headline,
        url=canonical(link, base=response.url) if link else None,
        text=text,
        authors=unite(*map(split_byline, [name for name in names if name] or _embedded_names(post))),
        published=dating.read(printed, headline),
        truncated=is_cut(text),
        guid=one_line(html.unescape(_rendered(post, "guid"))) or None,
        language=language_of(f"{headline} {text}", assume.language),
    )
    return with_said(article, of_post(post), base=response.url, now=assume.now)


def _embedded_names(post: Mapping[str, Any]) -> list[str]:
    authors = [a_dict(author) for author in a_list(a_dict(post.get("_embedded")).get("author"))]
    return [a_text(author.get("name")) for author in authors if "code" not in author]


def _rendered(post: Mapping[str, Any], field: str) -> str:
    value = post.get(field)
    return a_text(value) or a_text(a_dict(value).get("rendered"))
