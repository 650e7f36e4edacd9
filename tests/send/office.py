"""A small post office for tests: one approved issue, a list of readers in a real store, an outbox on disk.

The rendition is written by hand, so that nothing here depends on templates: sending must not care how a mail looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from digest.clock import Clock
from digest.compose.issue import Frozen
from digest.compose.sending import Sending
from digest.compose.snapshot import digest_of, to_json
from digest.ids import IssueId, ListName, Position, Sha256
from digest.render.rendition import Part, Rendition, Sealed
from digest.send.mail import Mailer
from digest.send.mixing import Mixing
from digest.send.pacing_gate import Pacing
from digest.send.steps import ShardReport, approve, plan, send_shard
from digest.send.worker import worker_name
from digest.store.audience import SqlAudience
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.newsletters import SqlNewsletters
from digest.store.pace import SqlPaceBook
from digest.store.stops import SqlStops
from digest.store.tables import subscribers, subscriptions
from tests.builders import a_declaration, a_frozen_issue, a_joining, a_newsletter, an_article
from tests.fakes import NOON

ISSUE = IssueId("morning-brief-1")
LIST = ListName("morning")
HEIGHT = Position(3)
PUBLIC_URL = "https://digest.example.org"
MARK = "bd0123456789abcdefghij"
#: As fast as it goes, whatever comes back.
HASTY = Sending(canary_percent=0, most_failed_percent=100)
WRITERS = ("dana-serikova", "timur-aliyev")


class TickingClock:
    """A clock that goes on by a second whenever it is asked, so that instants differ and nothing waits."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def a_frozen() -> Frozen:
    """Return an issue of three articles by two journalists."""
    return a_frozen_issue(
        an_article(1, by="dana-serikova", title="Snow closes the Medeu road"),
        an_article(2, by="timur-aliyev", title="Ледоход на Иртыше"),
        an_article(3, by=WRITERS, title="Who pays for the <grid>"),
        newsletter=a_newsletter(journalists=WRITERS),
    )


def a_sealed(frozen: Frozen | None = None) -> Sealed:
    """Seal an issue with a plain rendition in each locale of its newsletter."""
    the_issue = frozen or a_frozen()
    snapshot = to_json(the_issue)
    renditions = tuple(_rendition(the_issue, locale) for locale in the_issue.newsletter.locales)
    return Sealed(
        frozen=the_issue,
        snapshot=snapshot,
        template_revision=Sha256("0" * 64),
        renditions=renditions,
        hash=digest_of(snapshot + repr(renditions)),
    )


def _rendition(frozen: Frozen, locale: str) -> Rendition:
    html = {
        "head": f"<html lang={locale}><p>{MARK}.to.</p>",
        "to": f"For {MARK}.name.: ",
        "masthead": f"<h1>{MARK}.subject.</h1>",
        "rates": f'<a href="{MARK}.browser_url.">this</a> <a href="{MARK}.web_url.">web</a>',
        "nothing_new": "<p>rates only</p>",
        "foot": f'<a href="{MARK}.unsubscribe_url.">leave</a> <a href="{MARK}.preferences_url.">choose</a></html>\n',
    }
    text = {
        "head": f"{MARK}.to.\n",
        "to": f"For {MARK}.name.",
        "nothing_new": "Rates only\n",
        "foot": f"This: {MARK}.browser_url.\nLeave: {MARK}.unsubscribe_url.\nChoose: {MARK}.preferences_url.\n",
    }
    for journalist in frozen.journalists:
        html |= {f"section/{journalist.id}": f"<h2>{journalist.name}</h2>", f"close/{journalist.id}": "<hr>"}
        text |= {f"section/{journalist.id}": f"{journalist.name}\n", f"close/{journalist.id}": "\n"}
        html |= {f"card/{journalist.id}/{one.position}": f"<p>{one.position}</p>" for one in frozen.articles}
        text |= {f"card/{journalist.id}/{one.position}": f"* {one.title}\n" for one in frozen.articles}
    html |= {f"top/{one.position}": str(one.position) for one in frozen.articles}
    subjects = {f"subject/{one.position}": f"{one.title} ({locale})" for one in frozen.articles}
    return Rendition(
        issue=frozen.id,
        locale=locale,
        look=frozen.newsletter.look,
        mark=MARK,
        subject=Part(segments={"subject": "Rates", **subjects}),
        html=Part(segments=html),
        text=Part(segments=text),
    )


@dataclass(frozen=True, slots=True)
class Office:
    """The ports of sending on one open database."""

    engine: Engine

    @property
    def archive(self) -> SqlIssues:
        return SqlIssues(self.engine)

    @property
    def audience(self) -> SqlAudience:
        return SqlAudience(self.engine)

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self.engine)

    @property
    def stops(self) -> SqlStops:
        return SqlStops(self.engine)

    def open_up(self, readers: int = 12, *, approved: bool = True, sealed: Sealed | None = None) -> None:
        """Put the issue and its readers into the store: one in four follows Timur only, one in three reads Russian."""
        sealed = sealed or a_sealed()
        SqlNewsletters(self.engine).apply(a_declaration(sealed.frozen.newsletter), at=NOON)
        rows = [
            a_joining(
                f"reader{number}@example.org",
                name=f"Reader {number}",
                follows=["timur-aliyev"] if number % 4 == 0 else WRITERS,
                locale="ru" if number % 3 == 0 else "en",
            )
            for number in range(1, readers + 1)
        ]
        self.audience.join(LIST, rows, since=Position(0), at=NOON)
        self.archive.put(sealed)
        if approved:
            approve(ISSUE, by="editor", archive=self.archive, clock=TickingClock())

    def plan(self) -> None:
        plan(
            ISSUE,
            archive=self.archive,
            readership=self.audience,
            ledger=self.ledger,
            clock=TickingClock(),
            secret=b"",
        )

    def send_shard(
        self,
        mailer: Mailer,
        *,
        clock: Clock | None = None,
        worker: str | None = None,
        stop_after: int | None = None,
        progress: Callable[[int], None] = lambda _answers: None,
        pause: Callable[[float], None] = lambda _seconds: None,
        rules: Sending | Callable[[], Sending] = HASTY,
        hears_back: bool = False,
        say: Callable[[str], None] = lambda _why: None,
        mixing: Mixing | None = None,
    ) -> ShardReport:
        return send_shard(
            ISSUE,
            archive=self.archive,
            ledger=self.ledger,
            mailer=mailer,
            clock=clock or TickingClock(),
            worker=worker or worker_name(),
            public_url=PUBLIC_URL,
            pacing=Pacing(
                rules=lambda _newsletter: rules if isinstance(rules, Sending) else rules(),
                book=SqlPaceBook(self.engine),
                stops=self.stops,
                hears_back=lambda _rules: hears_back,
                say=say,
            ),
            mixing=mixing,
            stop_after=stop_after,
            progress=progress,
            pause=pause,
        )

    def cursors(self) -> dict[str, int]:
        """Return every reader's cursor by address."""
        query = select(subscribers.c.address, subscriptions.c.cursor).join_from(subscriptions, subscribers)
        with self.engine.connect() as connection:
            return dict(connection.execute(query).tuples().all())
