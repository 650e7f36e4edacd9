"""What the templates of notices print: a message in one language, in words. Pure: every choice of wording is made here.

Machine words that only an editor sees (a source's error, a finding's advice) stay English, and are marked as such.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from shlex import quote
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from digest.audience.notice import (
    Confirm,
    FailingSource,
    LatestIssue,
    LeftOut,
    Message,
    PreferencesLink,
    ReadyForApproval,
    Remark,
    RunReport,
    SourceFailing,
    Welcome,
)
from digest.collect.text.bidi import isolated
from digest.compose.newsletter import Newsletter
from digest.ids import IssueId
from digest.render.theme import ThemeView, theme_view
from digest.render.tidy import one_line, web_address
from digest.render.words import Words

#: So many headlines of the latest issue are named in a welcome; the others are counted.
MOST_HEADLINES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameView:
    """What stands around every message: whose it is, its day in words, and in which zone its instants are."""

    language: str
    direction: str
    look: str
    theme: ThemeView
    name: str
    date: str
    zone: str
    postal_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A message that is about one link: where it leads, and until when it is good, in words."""

    url: str
    valid_until: str

    @property
    def confirm_url(self) -> str:
        """The link of a confirmation."""
        return self.url

    @property
    def preferences_url(self) -> str:
        """The link to a reader's page."""
        return self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestView:
    """The latest issue: what its link says, the first of its headlines, and how many more it has (or nothing)."""

    name: str
    web_url: str
    headlines: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeView:
    """A welcome's links, and the latest issue if there is one."""

    preferences_url: str
    unsubscribe_url: str
    latest: LatestView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of a table of figures."""

    what: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkView:
    """One finding of preflight; ``severity`` is in the editor's language, the rest is English."""

    severity: str
    name: str
    where: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyView:
    """An issue that awaits approval, with the commands that an editor needs."""

    number: int
    is_fit: bool
    title: str
    first: str
    figures: tuple[Figure, ...]
    remarks: tuple[RemarkView, ...]
    preview_command: str
    approve_command: str
    compose_command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One failing source: whose, where, its past in words, what was said last, and how to look at it."""

    name: str
    kind: str
    ref: str
    story: str
    error: str
    try_command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingView:
    """The failing sources of one run; ``names`` are whose they are."""

    title: str
    names: str
    sources: tuple[SourceView, ...]
    list_command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """What to do, and the command for it (empty: none)."""

    words: str
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """How a send ended. ``stopped`` says in English who stopped it, and why."""

    subject: str
    title: str
    first: str
    figures: tuple[Figure, ...]
    steps: tuple[StepView, ...]
    stopped: str


MessageView = LinkView | WelcomeView | ReadyView | FailingView | ReportView


def frame_view(newsletter: Newsletter, words: Words, *, at: datetime, zone: str) -> FrameView:
    """Put what stands around a message into words; ``at`` is the day it is dated, ``zone`` its reader's (IANA)."""
    day = words.full_day(at.astimezone(ZoneInfo(zone)).date())
    return FrameView(
        language=words.spoken,
        direction=words.direction,
        look=newsletter.look,
        theme=theme_view(newsletter.theme, newsletter.look),
        name=one_line(newsletter.name),
        date=day[:1].upper() + day[1:],
        zone=words.gettext("Times are those of %(city)s.") % {"city": words.city(zone)},
        postal_address=one_line(newsletter.sender.postal_address),
    )


def message_view(message: Message, newsletter: Newsletter, words: Words, *, zone: str) -> MessageView:
    """Put a message into words."""

    def moment(instant: datetime) -> str:
        return words.moment(instant.astimezone(ZoneInfo(zone)))

    match message:
        case Confirm():
            return LinkView(url=_link(message.confirm_url), valid_until=moment(message.valid_until))
        case PreferencesLink():
            return LinkView(url=_link(message.preferences_url), valid_until=moment(message.valid_until))
        case Welcome():
            return WelcomeView(
                preferences_url=_link(message.preferences_url),
                unsubscribe_url=_link(message.unsubscribe_url),
                latest=None if message.latest is None else _latest(message.latest, words),
            )
        case ReadyForApproval():
            return _ready(message, newsletter, words)
        case SourceFailing():
            return _failing(message, newsletter, words, moment)
        case RunReport():
            return _report(message, newsletter, words)
        case _ as never:
            assert_never(never)


def _link(url: str) -> str:
    return web_address(url) or ""


def _latest(latest: LatestIssue, words: Words) -> LatestView:
    titles = [one_line(title) or words.gettext("(no headline)") for title in latest.headlines]
    left = len(titles) - MOST_HEADLINES
    more = words.ngettext("and %(count)d more", "and %(count)d more", left) % {"count": left} if left > 0 else ""
    number = words.gettext("No. %(number)d") % {"number": latest.number}
    return LatestView(
        name=f"{number} · {words.full_day(latest.date)}",
        web_url=_link(latest.web_url),
        headlines=tuple(titles[:MOST_HEADLINES]),
        more=more,
    )


def _ready(ready: ReadyForApproval, newsletter: Newsletter, words: Words) -> ReadyView:
    said = {
        "newsletter": isolated(one_line(newsletter.name), around=words.direction),
        "number": ready.number,
        "day": words.full_day(ready.date),
        "hash": ready.hash,
    }
    title, first = (
        (
            words.gettext("Ready for your approval"),
            words.gettext("%(newsletter)s, No. %(number)d of %(day)s, awaits approval. Its hash begins with %(hash)s."),
        )
        if ready.is_fit
        else (
            words.gettext("Not fit to be sent yet"),
            words.gettext("%(newsletter)s, No. %(number)d of %(day)s, has errors. Its hash begins with %(hash)s."),
        )
    )
    figures = (
        (words.gettext("Articles"), ready.articles),
        (words.gettext("Readers who get it"), ready.readers),
        (words.gettext("Distinct bodies"), ready.bodies),
    )
    return ReadyView(
        number=ready.number,
        is_fit=ready.is_fit,
        title=title,
        first=first % said,
        figures=(*_figures(figures, words), *_left_out(ready.left_out, words)),
        remarks=tuple(_remark(one, words) for one in ready.open_remarks),
        preview_command=f"digest issue preview {ready.issue}",
        approve_command=f"digest issue approve {ready.issue} --hash {ready.hash} --by NAME",
        compose_command=f"digest issue compose {newsletter.id}",
    )


def _remark(remark: Remark, words: Words) -> RemarkView:
    return RemarkView(
        severity=words.gettext("Error") if remark.is_error else words.gettext("Warning"),
        name=one_line(remark.name),
        where=one_line(remark.where),
        advice=one_line(remark.advice),
    )


def _figures(rows: Iterable[tuple[str, int]], words: Words) -> tuple[Figure, ...]:
    return tuple(Figure(what=what, count=words.number(count)) for what, count in rows)


def _left_out(left_out: Iterable[LeftOut], words: Words) -> tuple[Figure, ...]:
    later = words.gettext("Left out: the next issue is theirs")
    reasons = {
        "nothing-new": words.gettext("Left out: nothing new for them"),
        "suppressed": words.gettext("Left out: not to be mailed"),
        "unsubscribed": words.gettext("Left out: have left"),
        "unconfirmed": words.gettext("Left out: not confirmed yet"),
        "follows-nobody": words.gettext("Left out: follow nobody"),
        "did-not-get-it": words.gettext("Left out: did not get what it corrects"),
        "paused": words.gettext("Left out: have paused"),
        **dict.fromkeys(("next-issue", "frequency", "quiet-day", "too-late", "earlier-issue"), later),
    }
    other = words.gettext("Left out: %(reason)s")
    rows: Counter[str] = Counter()
    for one in left_out:
        rows[reasons.get(one.reason) or other % {"reason": one_line(one.reason)}] += one.count
    return _figures(rows.items(), words)


def _failing(
    failing: SourceFailing, newsletter: Newsletter, words: Words, moment: Callable[[datetime], str]
) -> FailingView:
    count = len(failing.sources)
    title = words.ngettext("%(count)d source needs attention", "%(count)d sources need attention", count)
    names = list(dict.fromkeys(one_line(one.name) for one in failing.sources))
    return FailingView(
        title=title % {"count": count},
        names=words.names(names),
        sources=tuple(_source(one, words, moment) for one in failing.sources),
        list_command=f"digest journalists list {newsletter.id}",
    )


def _source(source: FailingSource, words: Words, moment: Callable[[datetime], str]) -> SourceView:
    times = words.ngettext(
        "It has failed %(count)d time in a row.", "It has failed %(count)d times in a row.", source.failures
    )
    good = (
        words.gettext("It never had a good answer.")
        if source.last_good_at is None
        else words.gettext("Its last good answer: %(moment)s.") % {"moment": moment(source.last_good_at)}
    )
    ref = one_line(source.ref)
    return SourceView(
        name=one_line(source.name),
        kind=source.kind,
        ref=ref,
        story=f"{times % {'count': source.failures}} {good}",
        error=one_line(source.error),
        try_command=f"digest collect try --kind {source.kind} {quote(ref)}",
    )


def _report(report: RunReport, newsletter: Newsletter, words: Words) -> ReportView:
    said = {
        "newsletter": isolated(one_line(newsletter.name), around=words.direction),
        "number": report.number,
        "day": words.full_day(report.date),
        "accepted": words.number(report.accepted),
        "planned": words.number(report.audience - report.excluded),
    }
    subject = words.gettext("%(newsletter)s, No. %(number)d: accepted for %(accepted)s of %(planned)s")
    if report.stopped:
        title = words.gettext("The send was stopped")
        subject = words.gettext("Stopped: %(newsletter)s, No. %(number)d, after %(accepted)s of %(planned)s")
    elif report.uncertain or report.waiting:
        title = words.gettext("The issue is out, but not for everybody for certain")
    else:
        title = words.gettext("The issue is out")
    first = words.gettext(
        "The mailer accepted %(newsletter)s, No. %(number)d of %(day)s, for %(accepted)s of %(planned)s readers."
    )
    if not report.audience:
        subject = words.gettext("Stopped: %(newsletter)s, No. %(number)d, before it went to anybody")
        first = words.gettext("%(newsletter)s, No. %(number)d of %(day)s, has gone to nobody yet.")
    figures = (
        (words.gettext("On the list"), report.audience),
        (words.gettext("Accepted"), report.accepted),
        (words.gettext("Refused"), report.refused),
        (words.gettext("Uncertain"), report.uncertain),
        *(((words.gettext("Waiting"), report.waiting),) if report.waiting else ()),
        (words.gettext("Left out"), report.excluded),
    )
    return ReportView(
        subject=subject % said,
        title=title,
        first=first % said,
        figures=(*_figures(figures, words), *_left_out(report.left_out, words)),
        steps=tuple(_steps(report, report.issue, words)),
        stopped=one_line(report.stopped),
    )


def _steps(report: RunReport, issue: IssueId, words: Words) -> Iterable[StepView]:
    if report.stopped:
        yield StepView(
            words=words.gettext("Find out what is wrong. When it is mended, let the others have it:"),
            command=f"digest issue resume {issue}",
        )
    elif report.waiting:
        yield StepView(words=words.gettext("Go on where it stopped:"), command=f"digest issue send {issue}")
    if report.uncertain:
        yield StepView(
            words=words.gettext("Nobody can tell whether the mailer took some of them. See who, and settle it:"),
            command=f"digest issue uncertain {issue}",
        )
    if report.refused:
        yield StepView(
            words=words.gettext("The mailer refused some for good. Why, for one reader:"),
            command=f"digest why ADDRESS {issue}",
        )
    if not (report.stopped or report.waiting or report.uncertain or report.refused):
        yield StepView(words=words.gettext("Nothing. Everybody who was to get it is accounted for."))
    yield StepView(words=words.gettext("Add it up again at any time:"), command=f"digest issue prove {issue}")
