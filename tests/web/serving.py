"""A real server of the readers' pages for tests, on a free loopback port, on a newsroom of two journalists."""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from digest.audience.links import LinkKeys, Purpose
from digest.audience.own_page import own_link
from digest.audience.reader import Reader
from digest.config import read_settings
from digest.ids import IssueId, Position
from digest.render.rendition import Slots
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.web.app import create_app
from digest.web.server import bind, server
from digest.wiring import Runtime, open_runtime
from tests.builders import a_declaration, a_frozen_issue, a_joining, a_newsletter, a_note, an_article
from tests.contracts.desk import ASEL, DANA, MORNING, Desk
from tests.fakes import NOON

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
STRANGER = "A" * 22
KEY = "the key of the tests"


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(frozen=True)
class Answer:
    """What the server said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Served:
    """A server that runs, with the newsroom behind it."""

    port: int
    runtime: Runtime
    clock: MovableClock
    desk: Desk

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Ask as a program does: no cookies, no redirects followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, given)
            got = connection.getresponse()
            answer = Answer(
                got.status,
                {name.lower(): value for name, value in got.getheaders()},
                got.read().decode("utf-8"),
            )
        finally:
            connection.close()
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: Mapping[str, object] | None = None) -> Answer:
        """Send a form as a browser does."""
        body = urlencode(form or {}, doseq=True).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def reader(self, number: int = 1) -> Reader:
        """Return ``readerN@example.org`` as the list sees them now."""
        wanted = f"reader{number}@example.org"
        return next(one for one in self.desk.audience.readers(MORNING) if one.subscriber.address == wanted)

    def link(self, number: int = 1, purpose: Purpose = Purpose.OWN) -> str:
        """Return what a link to the page of ``readerN@example.org`` ends in that is made now."""
        keys = LinkKeys(current=KEY.encode())
        return own_link(self.reader(number).token, keys=keys, at=self.clock.now(), purpose=purpose)

    def follows(self, number: int = 1) -> dict[str, int]:
        return {follow.journalist: follow.since for follow in self.reader(number).follows}


def subscribe(desk: Desk, *readers: tuple[str, tuple[str, ...]]) -> None:
    """Open a newsroom of two journalists and subscribe one reader for each (locale, follows)."""
    desk.newsletters.apply(a_declaration(a_newsletter(journalists=(DANA, ASEL))), at=NOON)
    rows = [
        a_joining(f"reader{number}@example.org", name=f"Reader {number}", locale=locale, follows=follows)
        for number, (locale, follows) in enumerate(readers, start=1)
    ]
    desk.audience.join(MORNING, rows, since=Position(0), at=NOON)


def seal_issue(
    desk: Desk, *, number: int = 1, approve: bool = True, corrects: str | None = None, looks: Sequence[str] = ()
) -> IssueId:
    """Put an issue of three articles, sealed by the real templates, and approve it; or a correction with a note."""
    articles = (
        an_article(1, by=DANA, title="Snow closes the Medeu road"),
        an_article(2, by=(DANA, ASEL), title="Who pays for the <grid>"),
        an_article(3, by=ASEL, title="Ледоход на Иртыше", language="ru"),
    )
    note = None if corrects is None else a_note()
    newsletter = a_newsletter(journalists=(DANA, ASEL))
    frozen = a_frozen_issue(*articles, newsletter=newsletter, number=number, note=note, corrects=corrects, looks=looks)
    sealed = seal(frozen, templates=templates_dir())
    desk.issues.put(sealed)
    if approve:
        desk.issues.approve(sealed.frozen.id, sealed.hash, by="editor", at=NOON)
    return sealed.frozen.id


def nobodys_slots(url: str, issue: str) -> Slots:
    """Return what a page of an issue says where a mail has its reader's own: spelled out, not asked of the code."""
    return Slots(
        name="",
        unsubscribe_url=f"{url}/u",
        preferences_url=f"{url}/r",
        browser_url=f"{url}/i/{issue}",
        web_url=f"{url}/i/{issue}",
    )


@contextmanager
def serving(
    database_url: str,
    desk: Desk,
    *,
    change: Callable[[Runtime], Runtime] = lambda as_it_is: as_it_is,
    **settings: object,
) -> Iterator[Served]:
    """Serve the store at ``database_url``, which ``desk`` works on too; ``change`` changes the runtime."""
    clock = MovableClock()
    with bind("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        ours = {"database_url": database_url, "public_url": f"http://127.0.0.1:{port}", "secret_key": KEY}
        given = {**ours, "web_most_per_minute": 0, **settings}
        with open_runtime(read_settings(**given), clock=clock) as runtime:
            running = server(create_app(change(runtime)))
            thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
            thread.start()
            try:
                yield Served(port=port, runtime=runtime, clock=clock, desk=desk)
            finally:
                running.should_exit = True
                thread.join()
