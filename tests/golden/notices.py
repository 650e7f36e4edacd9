"""The reference notices of the golden mails: each kind in English and in Russian, and what can go wrong by eye."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from digest.audience.notice import (
    Confirm,
    FailingSource,
    LatestIssue,
    LeftOut,
    Message,
    Notice,
    PreferencesLink,
    ReadyForApproval,
    Remark,
    RunReport,
    SourceFailing,
    Welcome,
)
from digest.compose.newsletter import Newsletter
from digest.ids import DeliveryId, IssueId, JournalistId
from digest.render.message import render_notice
from digest.render.rendition import Body
from digest.resources import templates_dir
from tests.golden.issues import ARTICLES, HOSTILE_TITLES, RED, SLOTS, TODAY, a_golden_newsletter
from tests.golden.pseudo import TAG, pseudo_templates

ISSUE = IssueId("morning-brief-12")
FRIDAY = date(2025, 12, 19)
HASH = "3b9f01c2a77d"
LINK = "https://digest.example.org/c/hZ5yq1WmT0eXbK4uPz7dNw"

CONFIRM = Confirm(confirm_url=LINK, valid_until=TODAY + timedelta(days=2))
WELCOME = Welcome(
    preferences_url=SLOTS.preferences_url,
    unsubscribe_url=SLOTS.unsubscribe_url,
    latest=LatestIssue(number=12, date=FRIDAY, headlines=tuple(one.title for one in ARTICLES), web_url=SLOTS.web_url),
)
PREFERENCES = PreferencesLink(preferences_url=f"{SLOTS.preferences_url}?fresh", valid_until=TODAY + timedelta(hours=1))
READY = ReadyForApproval(
    issue=ISSUE,
    number=12,
    date=FRIDAY,
    hash=HASH,
    articles=9,
    readers=12_345,
    bodies=31,
    left_out=(LeftOut(reason="nothing-new", count=871), LeftOut(reason="unsubscribed", count=14)),
    open_remarks=(
        Remark(
            is_error=False,
            name="link-moved",
            where="article 4, https://steppe-herald.example.org/2025/12/4",
            advice="The page has moved: give its new address, if it moved for good.",
        ),
    ),
)
UNFIT = replace(
    READY,
    open_remarks=(
        Remark(
            is_error=True,
            name="stale-rate",
            where="rates, KGS, of 12 December",
            advice="Collect the rates again, or take the currency out of [rates].",
        ),
        *READY.open_remarks,
    ),
)
FAILING = SourceFailing(
    sources=(
        FailingSource(
            journalist=JournalistId("dana-serikova"),
            name="Dana Serikova",
            kind="feed",
            ref="https://steppe-herald.example.org/authors/dana-serikova/feed.xml",
            failures=3,
            since=TODAY - timedelta(days=2),
            last_good_at=TODAY - timedelta(days=3),
            error="https://steppe-herald.example.org answers 503. Try it again later, or in a browser.",
        ),
        FailingSource(
            journalist=JournalistId("aigerim-sadykova"),
            name="Айгерим Садыкова",
            kind="page",
            ref="https://silk-road-post.example.org/авторы/айгерим",
            failures=4,
        ),
    )
)
REPORT = RunReport(
    issue=ISSUE, number=12, date=FRIDAY, audience=13_230, accepted=12_345, refused=0, excluded=885, uncertain=0,
    left_out=READY.left_out,
)  # fmt: skip
TROUBLED = replace(REPORT, accepted=12_299, refused=3, uncertain=43)
STOPPED = replace(
    REPORT,
    accepted=20,
    waiting=12_325,
    stopped="It was stopped by the canary: of 20 readers 3 were refused or bounced, more than 5 in a hundred.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReference:
    """One golden notice: its file name, what it says, in which language, and whose it is."""

    name: str
    message: Message
    locale: str = "en"
    newsletter: Newsletter = field(default_factory=a_golden_newsletter)

    @property
    def body(self) -> Body:
        """The rendered notice."""
        notice = Notice(
            id=DeliveryId("golden"),
            newsletter=self.newsletter.id,
            message=self.message,
            to_address="aliya@example.org",
            to_name="Aliya",
            locale=self.locale,
            time_zone="Asia/Almaty",
            expires_at=TODAY + timedelta(days=2),
        )
        return render_notice(
            notice, self.newsletter, at=TODAY, templates=pseudo_templates() if self.locale == TAG else templates_dir()
        )


_ALL: Mapping[str, Message] = {
    "confirm": CONFIRM,
    "welcome": WELCOME,
    "preferences-link": PREFERENCES,
    "ready-for-approval": READY,
    "not-fit": UNFIT,
    "source-failing": FAILING,
    "run-report": REPORT,
    "run-report-troubled": TROUBLED,
    "run-report-stopped": STOPPED,
}


def notice_references() -> tuple[NoticeReference, ...]:
    """Return all reference notices."""
    hostile = replace(WELCOME, latest=replace(WELCOME.latest, headlines=HOSTILE_TITLES) if WELCOME.latest else None)
    themed = replace(a_golden_newsletter(look="brief"), theme=RED)
    long_name = replace(a_golden_newsletter(), name="Everything that Happened on the Steppe and beyond the Mountains")
    return (
        *(NoticeReference(name=f"notice-{name}", message=message) for name, message in _ALL.items()),
        *(NoticeReference(name=f"notice-{name}-ru", message=message, locale="ru") for name, message in _ALL.items()),
        NoticeReference(name="notice-welcome-right-to-left", message=WELCOME, locale=TAG),
        NoticeReference(name="notice-run-report-right-to-left", message=TROUBLED, locale=TAG),
        NoticeReference(name="notice-welcome-hostile", message=hostile),
        NoticeReference(name="notice-welcome-first", message=replace(WELCOME, latest=None)),
        NoticeReference(name="notice-confirm-themed", message=CONFIRM, newsletter=themed),
        NoticeReference(name="notice-confirm-long-name", message=CONFIRM, newsletter=long_name),
    )
