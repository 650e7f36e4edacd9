"""The sample newsroom: a small web server on this machine that plays three outlets and five banks.

It serves ``newsletters/sample/`` as real sites serve their feeds, APIs, pages and rates, so that the demo goes through
the real fetcher: with validators (ETag, Last-Modified, 304), robots.txt, charsets and the banks' own habits. Which
address gives what, and what is peculiar about it, stands in ``docs/sample-newsroom.md``.
"""

import hashlib
import json
import math
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from digest.resources import newsletters_dir

#: The day that the newsroom thinks it is unless told otherwise: the later of the two for which it has rates.
TODAY: Final = date(2025, 12, 19)

_TEXT: Final = "text/plain; charset=utf-8"
_HTML: Final = "text/html; charset=utf-8"
_RSS: Final = "application/rss+xml; charset=UTF-8"
_XML: Final = "text/xml; charset=utf-8"
_JSON: Final = "application/json; charset=UTF-8"

#: Address → file below ``newsletters/sample/`` and media type.
_PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "/steppe-herald/authors/dana-serikova/": ("steppe-herald/dana-serikova.html", _HTML),
    "/steppe-herald/authors/dana-serikova/feed/": ("steppe-herald/dana-serikova.rss", _RSS),
    "/steppe-herald/feed/": ("steppe-herald/feed.rss", _RSS),
    "/pamir-courier/author/farrukh-nazarov/": ("pamir-courier/farrukh-nazarov.html", _HTML),
    "/silk-road-post/people/gulnora-yusupova": ("silk-road-post/gulnora-yusupova.html", _HTML),
    "/silk-road-post/our-people/aigerim-sadykova.txt": ("silk-road-post/aigerim-sadykova.txt", _TEXT),
}
_API: Final = "/pamir-courier/wp-json/wp/v2/"
_CBU: Final = re.compile(r"/banks/cbu/en/arkhiv-kursov-valyut/json/all/(?P<day>\d{4}-\d{2}-\d{2})/")
_CBT: Final = re.compile(r"/banks/cbt/kurs/\d{4}/(?P<day>\d{8})\.xml")

_ROBOTS: Final = "User-agent: *\nAllow: /\n"
#: What is shown only from a day on: a feed's items between these two comments.
_FROM: Final = re.compile(
    rb"[ \t]*<!-- from (?P<day>\d{4}-\d{2}-\d{2}) -->\n(?P<shown>.*?)[ \t]*<!-- until here -->\n", re.DOTALL
)
_LARGEST_PAGE: Final = 100  # posts, WordPress's own limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the newsroom answers to one GET; ``headers`` are those beside Content-Type and the validators."""

    body: bytes
    media_type: str
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """A strong validator: it changes with the bytes and with nothing else."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


NOT_FOUND: Final = Answer(
    body=b"There is nothing at this address. The front page lists what there is.\n",
    media_type=_TEXT,
    status=HTTPStatus.NOT_FOUND,
)


@dataclass(slots=True, kw_only=True)
class SampleNewsroom:
    """A newsroom that is being served. ``today`` may be set at any time: rates and the newest items go by it."""

    url: str
    today: date


@contextmanager
def serve(*, port: int = 0, today: date = TODAY) -> Iterator[SampleNewsroom]:
    """Serve the sample newsroom on 127.0.0.1 from a thread of its own, until the block ends.

    ``port`` 0 takes any free one.

    :raises OSError: the port is taken.
    """
    with _Server(port, today) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="sample-newsroom", daemon=True)
        thread.start()
        try:
            yield server.newsroom
        finally:
            server.shutdown()
            thread.join()


def answer_to(target: str, *, today: date, folder: Path) -> Answer:
    """Return what the newsroom answers to ``GET target`` (path and query) on the day ``today``."""
    address = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
    if address.path in _PAGES:
        name, media_type = _PAGES[address.path]
        return Answer(body=_as_of(today, (folder / name).read_bytes()), media_type=media_type)
    if address.path.startswith(_API):
        return _wordpress(address.path.removeprefix(_API), query, today=today, folder=folder / "pamir-courier")
    if address.path.startswith("/banks/"):
        return _bank(address.path, query, today=today, folder=folder / "banks")
    plain = {"/": _front_page(), "/robots.txt": _ROBOTS}.get(address.path)
    return NOT_FOUND if plain is None else Answer(body=plain.encode(), media_type=_TEXT)


def _front_page() -> str:
    lines = [
        "The sample newsroom. It serves:",
        *_PAGES,
        f"{_API}users?slug=farrukh-nazarov",
        f"{_API}posts?author=7",
        "/banks/nbk/rss/get_rates.cfm?fdate=19.12.2025",
        "/banks/cbu/en/arkhiv-kursov-valyut/json/all/2025-12-19/",
        "/banks/nbkr/XML/daily.xml",
        "/banks/nbt/en/kurs/export_xml.php?date=2025-12-19&export=xmlout",
        "/banks/cbt/kurs/2025/19122025.xml",
    ]
    return "\n".join(lines) + "\n"


def _as_of(today: date, body: bytes) -> bytes:
    def shown(found: re.Match[bytes]) -> bytes:
        return found["shown"] if date.fromisoformat(found["day"].decode()) <= today else b""

    return _FROM.sub(shown, body)


def _wordpress(route: str, query: Mapping[str, str], *, today: date, folder: Path) -> Answer:
    """Answer as WordPress's REST API does: ``users`` by slug, ``posts`` by author, newest first, page by page."""
    if route == "users":
        rows = [row for row in _rows(folder / "users.json") if query.get("slug", row["slug"]) == row["slug"]]
    elif route == "posts":
        rows = [
            row
            for row in _rows(folder / "posts.json")
            if query.get("author", str(row["author"])) == str(row["author"])
            and date.fromisoformat(row["date"][:10]) <= today
        ]
        if "_embed" in query:
            rows = _with_embedded(rows, _rows(folder / "users.json"), _rows(folder / "categories.json"))
    else:
        return _wordpress_error(HTTPStatus.NOT_FOUND, "rest_no_route", "No route was found matching the URL.")
    return _wordpress_page(rows, query)


def _with_embedded(
    rows: Sequence[dict[str, Any]], users: Sequence[dict[str, Any]], categories: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    by_id = {user["id"]: user for user in users}
    named = {category["id"]: category for category in categories}
    return [
        {
            **row,
            "_embedded": {
                "author": [by_id[row["author"]]],
                "wp:term": [[named[number] for number in row["categories"]], []],
            },
        }
        for row in rows
    ]


def _wordpress_page(rows: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> Answer:
    page, size = query.get("page", "1"), query.get("per_page", "10")
    if not (page.isdecimal() and size.isdecimal() and int(page) and 0 < int(size) <= _LARGEST_PAGE):
        return _wordpress_error(HTTPStatus.BAD_REQUEST, "rest_invalid_param", "Invalid parameter(s): page, per_page")
    pages = math.ceil(len(rows) / int(size))
    if int(page) > max(pages, 1):
        why = "The page number requested is larger than the number of pages available."
        return _wordpress_error(HTTPStatus.BAD_REQUEST, "rest_post_invalid_page_number", why)
    fields = {name.split(".")[0] for name in query.get("_fields", "").split(",") if name}
    start = (int(page) - 1) * int(size)
    shown = [
        {name: value for name, value in row.items() if not fields or name in fields}
        for row in rows[start : start + int(size)]
    ]
    answer = _json_answer(shown)
    return replace(answer, headers={"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)})


def _wordpress_error(status: HTTPStatus, code: str, message: str) -> Answer:
    return replace(_json_answer({"code": code, "message": message, "data": {"status": int(status)}}), status=status)


def _rows(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(file.read_bytes())
    return rows


def _json_answer(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode(), media_type=_JSON)


def _bank(path: str, query: Mapping[str, str], *, today: date, folder: Path) -> Answer:
    """Answer as the banks do: each names a day in its own way, and two have habits of their own."""
    if path == "/banks/nbk/rss/get_rates.cfm":
        return _sheet(folder / "nbk", _day(query.get("fdate", ""), "%d.%m.%Y"), ".xml", _XML)
    if found := _CBU.fullmatch(path):
        return _sheet(folder / "cbu", _day(found["day"], "%Y-%m-%d"), ".json", _JSON)
    if found := _CBT.fullmatch(path):
        return _sheet(folder / "cbt", _day(found["day"], "%d%m%Y"), ".xml", _XML)
    if path == "/banks/nbkr/XML/daily.xml":  # no day can be asked for
        return _sheet(folder / "nbkr", _newest(folder / "nbkr", today), ".xml", "text/xml; charset=windows-1251")
    if path == "/banks/nbt/en/kurs/export_xml.php":  # a day that it does not have is silently today
        answer = _sheet(folder / "nbt", _day(query.get("date", ""), "%Y-%m-%d"), ".xml", _XML)
        return (
            answer if answer is not NOT_FOUND else _sheet(folder / "nbt", _newest(folder / "nbt", today), ".xml", _XML)
        )
    return NOT_FOUND


def _day(text: str, shape: str) -> date | None:
    try:
        return datetime.strptime(text, shape).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _newest(folder: Path, today: date) -> date | None:
    days = (date.fromisoformat(file.stem) for file in folder.iterdir())
    return max((day for day in days if day <= today), default=None)


def _sheet(folder: Path, day: date | None, suffix: str, media_type: str) -> Answer:
    file = folder / f"{day}{suffix}"
    return Answer(body=file.read_bytes(), media_type=media_type) if file.is_file() else NOT_FOUND


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a client that never finishes asking must not keep us from stopping

    def __init__(self, port: int, today: date) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.folder = newsletters_dir() / "sample"
        self.newsroom = SampleNewsroom(url=f"http://127.0.0.1:{self.server_address[1]}", today=today)

    def server_bind(self) -> None:
        """Bind without asking the resolver for this machine's name, which can take seconds offline."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up on us; anything else is our own fault and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "SampleNewsroom"
    sys_version = ""
    timeout = 30  # seconds that a connection may stay silent

    def do_GET(self) -> None:
        newsroom = self.server.newsroom
        answer = answer_to(self.path, today=newsroom.today, folder=self.server.folder)
        modified = format_datetime(datetime.combine(newsroom.today, time(), UTC), usegmt=True)
        unchanged = answer.status is HTTPStatus.OK and self._has(answer.etag, modified)
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else answer.status)
        if answer.status is HTTPStatus.OK:
            self.send_header("ETag", answer.etag)
            self.send_header("Last-Modified", modified)
        if not unchanged:
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
        self.end_headers()
        if not unchanged:
            self.wfile.write(answer.body)

    def _has(self, etag: str, modified: str) -> bool:
        """Tell whether the client has these bytes: its ETag counts, its date only if it sent none (RFC 9110 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")} or tags.strip() == "*"
        return self.headers.get("If-Modified-Since") == modified

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server calls it by
        """Keep no access log: the demo's own words are what is read on the terminal."""
