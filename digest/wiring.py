"""The one place that picks adapters: settings in, a frozen ``Runtime`` of ports out."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy import Engine

from digest.audience.intake import Intakes
from digest.audience.links import LinkKeys
from digest.audience.ports import PersonBook, ReaderBook, Readership, SignUpBook, Tallies
from digest.clock import Clock, SystemClock
from digest.collect.fetcher import Fetcher, open_fetcher
from digest.collect.ports import KeptPage, Roster, RosterDesk, Shelf, SiteWishes, SourceLog, Validators
from digest.collect.rates.rate_book import RateBook
from digest.collect.web import LinkScout, Web
from digest.compose.ports import IssueNumbers, Newsletters, ShelfView
from digest.config import MailerName, Settings
from digest.errors import BadSetting, WrongUse
from digest.render.ports import LinkBook, WaiverBook
from digest.send.dkim import KEY_SETTING, Signer, read_signer
from digest.send.feedback.imap import open_imap
from digest.send.feedback.imap_place import SETTING as IMAP_SETTING
from digest.send.feedback.imap_place import read_place
from digest.send.feedback.mail_steps import ReturnedMail
from digest.send.feedback.ports import FeedbackBook
from digest.send.feedback.signature import WebhookKey, read_webhook_key
from digest.send.ledger import IssueArchive, Ledger
from digest.send.mail import Mailer
from digest.send.mailers.outbox import OutboxMailer
from digest.send.mailers.sendgrid.lists import open_lists
from digest.send.mailers.sendgrid.mailer import open_sendgrid
from digest.send.mailers.smtp.journal import Journal
from digest.send.mailers.smtp.mailer import SmtpMailer
from digest.send.mailers.smtp.server import read_server
from digest.send.mixing import PlannedContents
from digest.send.notices import NoticeBook
from digest.send.open_letter import ShownContents
from digest.send.pacing_gate import PaceBook
from digest.send.provider_lists import ProviderLists, SuppressionBook
from digest.send.stopping import Stops
from digest.store.audience import SqlAudience
from digest.store.engine import check, open_engine, upgrade
from digest.store.feedback import SqlFeedback
from digest.store.fetches import SqlFetches
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.link_looks import SqlLinkLooks
from digest.store.newsletters import SqlNewsletters
from digest.store.notices import SqlNotices
from digest.store.pace import SqlPaceBook
from digest.store.persons import SqlPersons
from digest.store.planned_contents import SqlPlannedContents
from digest.store.rates import SqlRates
from digest.store.roster import SqlRoster
from digest.store.roster_desk import SqlRosterDesk
from digest.store.shelf import SqlShelf
from digest.store.sign_ups import SqlSignUps
from digest.store.source_log import SqlSourceLog
from digest.store.stops import SqlStops
from digest.store.suppressions import SqlSuppressions
from digest.store.tallies import SqlTallies
from digest.store.waivers import SqlWaivers


class NoMemory:
    """Remembers nothing between fetches."""

    async def recall(self, url: str) -> Validators | None:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return None

    async def page(self, url: str) -> KeptPage | None:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return None

    async def remember(self, url: str, validators: Validators, page: KeptPage) -> None:
        """Keep nothing."""

    async def confirm(self, url: str, validators: Validators) -> None:
        """Keep nothing."""

    async def wishes(self, site: str) -> SiteWishes | None:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return None

    async def heed(self, site: str, wishes: SiteWishes) -> None:
        """Keep nothing; the fetcher itself minds it as long as it is open."""

    async def flush(self) -> None:
        """Nothing is kept back."""


class OpenWeb(Protocol):
    """Opens the web for one event loop: ``async with runtime.open_web() as web``."""

    def __call__(self, *, anew: bool = False) -> AbstractAsyncContextManager[Web]:
        """With ``anew`` ask also what earlier runs learned need not be asked yet."""
        ...


class OpenScout(Protocol):
    """Opens what looks at links, for one event loop: ``async with runtime.open_scout() as scout``."""

    def __call__(self) -> AbstractAsyncContextManager[LinkScout]:
        """Look as politely as everything is asked."""
        ...


class CheckStore(Protocol):
    """Asks the store whether it is there, and up to date."""

    def __call__(self) -> str:
        """Return the revision of its schema.

        :raises StoreUnreachable: it does not answer any more.
        :raises StoreOutdated: somebody changed its schema since it was opened.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Everything a step can need: ports, settings, clock. Open one per command or task with ``open_runtime``."""

    settings: Settings
    clock: Clock
    open_web: OpenWeb
    readers: ReaderBook
    intakes: Intakes
    readership: Readership
    persons: PersonBook
    sign_ups: SignUpBook
    tallies: Tallies
    newsletters: Newsletters
    roster: Roster
    roster_desk: RosterDesk
    source_log: SourceLog
    shelf: Shelf
    shelf_view: ShelfView
    numbers: IssueNumbers
    rate_book: RateBook
    issues: IssueArchive
    ledger: Ledger
    stops: Stops
    pace_book: PaceBook
    feedback: FeedbackBook
    link_keys: LinkKeys | None
    webhook_key: WebhookKey | None
    mailer: Mailer
    open_scout: OpenScout
    link_looks: LinkBook
    waivers: WaiverBook
    suppressions: SuppressionBook
    notices: NoticeBook
    planned_contents: PlannedContents
    shown_contents: ShownContents
    check_store: CheckStore


def _open_fetcher(
    settings: Settings, clock: Clock, engine: Engine, *, anew: bool = False
) -> AbstractAsyncContextManager[Fetcher]:
    return open_fetcher(
        memory=SqlFetches(engine),
        clock=clock,
        public_url=settings.public_url,
        allow_private=settings.fetch_allow_private,
        allow_http=settings.fetch_allow_http,
        anew=anew,
    )


@contextmanager
def open_runtime(settings: Settings, *, clock: Clock | None = None) -> Iterator[Runtime]:
    """Open the store and the mailer that the settings name, and close them afterwards.

    An embedded (SQLite) database that is empty is migrated by itself.

    :raises StoreUnreachable: the database does not answer.
    :raises StoreOutdated: its schema is not the one that this version needs.
    :raises BadSetting: a key or an address among the settings is of no use.
    """
    the_clock = clock or SystemClock()
    webhook_key = read_webhook_key(settings.sendgrid_webhook_key) if settings.sendgrid_webhook_key is not None else None
    with open_engine(settings.database_url.get_secret_value()) as engine, _open_mailer(settings) as mailer:
        audience = SqlAudience(engine)
        shelf = SqlShelf(engine)
        issues = SqlIssues(engine)
        yield Runtime(
            settings=settings,
            clock=the_clock,
            open_web=partial(_open_fetcher, settings, the_clock, engine),
            readers=audience,
            intakes=audience,
            readership=audience,
            persons=SqlPersons(engine),
            sign_ups=SqlSignUps(engine),
            tallies=SqlTallies(engine),
            newsletters=SqlNewsletters(engine),
            roster=SqlRoster(engine),
            roster_desk=SqlRosterDesk(engine),
            source_log=SqlSourceLog(engine),
            shelf=shelf,
            shelf_view=shelf,
            numbers=issues,
            rate_book=SqlRates(engine),
            issues=issues,
            ledger=SqlLedger(engine),
            stops=SqlStops(engine),
            pace_book=SqlPaceBook(engine),
            feedback=SqlFeedback(engine),
            link_keys=link_keys_of(settings),
            webhook_key=webhook_key,
            mailer=mailer,
            open_scout=partial(_open_fetcher, settings, the_clock, engine),
            link_looks=SqlLinkLooks(engine),
            waivers=SqlWaivers(engine),
            suppressions=SqlSuppressions(engine),
            notices=SqlNotices(engine),
            planned_contents=SqlPlannedContents(engine),
            shown_contents=SqlPlannedContents(engine),
            check_store=lambda: check(engine),
        )


def link_keys_of(settings: Settings) -> LinkKeys | None:
    """Return the keys that sign links; ``None`` where no key is set, and links can only be looked at."""
    current = settings.link_key or settings.secret_key
    if current is None:
        return None
    former = settings.former_link_keys.get_secret_value().split(",") if settings.former_link_keys else []
    return LinkKeys(current=current.get_secret_value().encode(), former=tuple(key.strip().encode() for key in former))


@contextmanager
def _open_mailer(settings: Settings) -> Iterator[Mailer]:
    """Open the way out that the settings name; nothing is asked before the first mail."""
    if settings.mailer is MailerName.SENDGRID and settings.sendgrid_api_key is not None:
        key = settings.sendgrid_api_key.get_secret_value()
        with open_sendgrid(key, host=settings.sendgrid_host, connections=settings.sendgrid_connections) as mailer:
            yield mailer
    elif settings.mailer is MailerName.SMTP and settings.smtp_url is not None:
        server = read_server(settings.smtp_url.get_secret_value())
        server = replace(server, name=server.name or _host_of(settings.public_url))
        journal = Journal(settings.outbox_dir.parent / "smtp")
        with SmtpMailer(server, signer=open_signer(settings), journal=journal) as mailer:
            yield mailer
    else:
        yield OutboxMailer(settings.outbox_dir)


@contextmanager
def open_provider_lists(settings: Settings) -> Iterator[ProviderLists]:
    """Open the provider's lists of whom it does not mail.

    :raises WrongUse: mails leave by a way that has none.
    """
    if settings.mailer is not MailerName.SENDGRID or settings.sendgrid_api_key is None:
        raise WrongUse(
            f"Mails leave by {settings.mailer}, and nobody there keeps lists of whom not to mail.",
            advice="Set DIGEST_MAILER=sendgrid to bring its lists and ours together.",
        )
    with open_lists(settings.sendgrid_api_key.get_secret_value(), host=settings.sendgrid_host) as lists:
        yield lists


@contextmanager
def open_returned_mail(settings: Settings) -> Iterator[ReturnedMail]:
    """Open the mailbox to which mails come back.

    :raises BadSetting: none is set, or in a way that means nothing.
    :raises MailerError: it cannot be opened.
    """
    if settings.feedback_imap_url is None:
        raise BadSetting(IMAP_SETTING, "it is not set", advice="Set it: imaps://user:password@mail.example.org/INBOX")
    with open_imap(read_place(settings.feedback_imap_url.get_secret_value())) as box:
        yield box


def open_signer(settings: Settings) -> Signer | None:
    """Return what signs the mails that leave by SMTP, if the settings name a key.

    :raises BadSetting: the key's file cannot be read, or one of the settings is of no use.
    """
    if settings.dkim_domain is None or settings.dkim_selector is None or settings.dkim_key_file is None:
        return None
    try:
        pem = settings.dkim_key_file.read_bytes()
    except OSError as error:
        why = f"its file cannot be read: {error.strerror or type(error).__name__}"
        raise BadSetting(KEY_SETTING, why, advice="Check its path, and who may read it.") from None
    return read_signer(settings.dkim_domain, settings.dkim_selector, pem)


def try_mail_server(settings: Settings) -> str | None:
    """Log in to the mail server, if mails leave by SMTP, and send nothing; return how it went, in words.

    :raises MailerError: it cannot be reached, or would not take mail from us.
    """
    with _open_mailer(settings) as mailer:
        return mailer.try_out() if isinstance(mailer, SmtpMailer) else None


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


@asynccontextmanager
async def open_web_without_store(settings: Settings) -> AsyncIterator[Web]:
    """Open the web for a look that keeps nothing, not even what was fetched."""
    async with open_fetcher(
        memory=NoMemory(),
        clock=SystemClock(),
        public_url=settings.public_url,
        allow_private=settings.fetch_allow_private,
        allow_http=settings.fetch_allow_http,
    ) as web:
        yield web


def open_outbox(folder: Path) -> Mailer:
    """Return the mailer that writes into ``folder``, whatever mailer the settings name: for previews."""
    return OutboxMailer(folder)


def upgrade_store(settings: Settings) -> tuple[str | None, str]:
    """Bring the store to this version's schema; return the revisions before and after.

    :raises StoreUnreachable: the database does not answer.
    """
    return upgrade(settings.database_url.get_secret_value())
