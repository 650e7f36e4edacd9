"""Why somebody got an issue, or why not: the chain of reasons, from the subscription to the mailer's answer.

``reasons`` is pure; ``why`` gathers what it needs. No sentence repeats the address.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from digest.audience.appearance import OWN_LOOK, Appearance, said_of
from digest.audience.finding import find_reader
from digest.audience.mailbox import mailbox
from digest.audience.ports import ReaderBook, Readership, SignUpBook
from digest.audience.reader import Follow, Membership, Reader, SubscriptionState, Suppression, SuppressionReason
from digest.audience.rhythm_words import said as rhythm_said
from digest.compose.issue import Frozen, IssueState
from digest.compose.selection import story_of
from digest.compose.zones import NOT_TOLD
from digest.errors import UnknownReader
from digest.ids import EVERY_JOURNALIST, GROUND, IssueId, Position
from digest.send.feedback.ports import FeedbackBook, Heard
from digest.send.ledger import DeliveryStory, IssueArchive, IssueRow, Ledger
from digest.send.provider_lists import SuppressionBook
from digest.send.stopping import Stop, Stops
from digest.send.why_delivery import about_the_delivery
from digest.send.why_words import articles, day, instant, list_of

_SUBSCRIPTION: Final = {
    SubscriptionState.ACTIVE: "is active",
    SubscriptionState.UNCONFIRMED: "was never confirmed, so nothing may be mailed",
    SubscriptionState.UNSUBSCRIBED: "was ended by the reader, so nothing may be mailed",
}
_SUPPRESSED: Final = {
    SuppressionReason.BOUNCED: "mail to it bounced",
    SuppressionReason.COMPLAINED: "the reader complained about our mail",
    SuppressionReason.ERASED: "the reader asked to be forgotten",
    SuppressionReason.BY_HAND: "somebody here said so",
    SuppressionReason.UNSUBSCRIBED: "the reader asked to get none of our mail any more",
    SuppressionReason.INVALID: "the mail provider says that there can be no such address",
}


def why(
    address: str,
    issue: IssueId,
    *,
    archive: IssueArchive,
    readership: Readership,
    readers: ReaderBook,
    suppressions: SuppressionBook,
    ledger: Ledger,
    feedback: FeedbackBook,
    stops: Stops,
    sign_ups: SignUpBook,
) -> tuple[str, ...]:
    """Return the reasons in plain sentences, in the order in which they count.

    :raises UnknownIssue: there is none of that name.
    :raises UnknownReader: nobody with that address is on the newsletter's list, or waits to be.
    """
    row = archive.row(issue)
    frozen = archive.sealed(issue).frozen
    try:
        reader = find_reader(address, frozen.newsletter.list_name, readership)
    except UnknownReader:
        asked_at = _waits_since(address, frozen, sign_ups)
        if asked_at is None:
            raise
        return (_about_a_sign_up(frozen, asked_at), _about_the_issue(frozen, row))
    story = ledger.story(issue, reader.subscriber.address)
    stories = {story_of(article) for article in frozen.articles}
    who = reader.subscriber.id
    had = readership.had(frozen.newsletter.list_name, sorted(stories), whom=[who], before=frozen.number)
    return reasons(
        reader,
        story,
        frozen=frozen,
        row=row,
        had=had.get(who, {}),
        membership=readers.membership(reader.token),
        suppression=suppressions.of(reader.subscriber.address),
        told=() if story is None else tuple(reversed(feedback.heard(delivery=story.id))),
        stops=stops.holding().get(issue, ()),
    )


def reasons(
    reader: Reader,
    story: DeliveryStory | None,
    *,
    frozen: Frozen,
    row: IssueRow,
    had: Mapping[Position, Position] = MappingProxyType({}),
    membership: Membership | None = None,
    suppression: Suppression | None = None,
    told: Sequence[Heard] = (),
    stops: Sequence[Stop] = (),
) -> tuple[str, ...]:
    """Say what follows from a reader's subscription, the issue and the reader's row in its ledger. Pure.

    ``had`` has the stories of the issue of which an earlier one had a piece for them, and which piece it was.
    ``membership`` and ``suppression`` say since when; ``told`` is what was heard of the delivery, the oldest first;
    ``stops`` are those of the issue that hold.
    """
    return (
        _about_the_subscription(reader, membership),
        *_about_the_suppression(reader, suppression),
        *_about_the_reader(reader, frozen),
        _about_the_issue(frozen, row),
        *_about_what_it_corrects(frozen),
        *_about_what_they_had(reader, frozen, had),
        *(_without_a_row(row) if story is None else about_the_delivery(story, told, stops)),
    )


def _waits_since(address: str, frozen: Frozen, sign_ups: SignUpBook) -> datetime | None:
    try:
        return sign_ups.waits_since(mailbox(address), frozen.newsletter.list_name)
    except ValueError:  # it is no address at all
        return None


def _about_a_sign_up(frozen: Frozen, asked_at: datetime) -> str:
    return (
        f"Somebody signed up for the list {frozen.newsletter.list_name!r} with this address on {instant(asked_at)} and"
        " has not confirmed it: before that they are on no list, and nothing may be mailed but the mail that asks."
    )


def _about_the_subscription(reader: Reader, membership: Membership | None) -> str:
    said = f"The subscription to the list {reader.list_name!r} {_SUBSCRIPTION[reader.state]}"
    if membership is None:
        return f"{said}."
    left = f" and ended on {instant(membership.left_at)}" if membership.left_at else ""
    return f"{said}; it began on {instant(membership.joined_at)}{left}."


def _about_the_suppression(reader: Reader, suppression: Suppression | None) -> list[str]:
    if suppression is None:
        return (
            []
            if reader.suppression is None
            else [f"The address must not be mailed: {_SUPPRESSED[reader.suppression]}."]
        )
    is_named = reader.subscriber.address.casefold() in suppression.note.casefold()  # typed by somebody
    note = f" ({suppression.note})" if suppression.note and not is_named else ""
    since = instant(suppression.since)
    return [f"The address must not be mailed since {since}: {_SUPPRESSED[suppression.reason]}{note}."]


def _about_the_reader(reader: Reader, frozen: Frozen) -> list[str]:
    said = []
    if reader.follows:
        said.append(f"They follow {list_of([_followed(follow, frozen) for follow in reader.follows])}.")
    else:
        said.append("They follow nobody.")
    if not reader.rhythm.is_plain:
        said.append(f"Their pace: {rhythm_said(reader.rhythm)}.")
    said.append(_about_their_clock(reader.subscriber.time_zone, frozen.newsletter.time_zone))
    if not reader.appearance.is_plain:
        said.append(f"They want their mails {said_of(reader.appearance)}{_instead(reader.appearance, frozen)}.")
    if reader.cursor == GROUND:
        said.append("No issue has reached them before, or their shelf began at its very first article.")
    else:
        said.append(f"Whatever stands on the shelf up to position {reader.cursor} is behind them.")
    return said


def _about_their_clock(told: str, own: str) -> str:
    if told == NOT_TOLD:
        return f"They never told their time zone: theirs is the newsletter's own, {own}."
    return f"Their time zone is {told}."


def _instead(appearance: Appearance, frozen: Frozen) -> str:
    """Say in which look the issue comes where it was not rendered in the one that the reader wants now."""
    own = frozen.newsletter.look
    if appearance.look in (OWN_LOOK, own, *frozen.looks):
        return ""
    return f"; {frozen.id} was composed before anybody it was for had chosen that look, and comes in its own, {own}"


def _followed(follow: Follow, frozen: Frozen) -> str:
    names = {journalist.id: journalist.name for journalist in frozen.journalists}
    everybody = f"every journalist of {frozen.newsletter.name}"
    name = everybody if follow.journalist == EVERY_JOURNALIST else names.get(follow.journalist, follow.journalist)
    return name if follow.since == GROUND else f"{name} (since position {follow.since} on the shelf)"


def _about_the_issue(frozen: Frozen, row: IssueRow) -> str:
    held = f"{row.id} of {day(frozen.issue_date)} holds {articles(len(frozen.articles))}"
    if row.approved_by is None or row.approved_at is None:
        return f"{held}, up to position {frozen.height}; nobody has approved it, it is {row.state.replace('-', ' ')}."
    return f"{held}, up to position {frozen.height}; {row.approved_by} approved it on {instant(row.approved_at)}."


def _about_what_it_corrects(frozen: Frozen) -> list[str]:
    if frozen.corrects is None:
        return []
    return [f"{frozen.id} corrects {frozen.corrects}: whoever got that gets this, whomever they follow now."]


def _about_what_they_had(reader: Reader, frozen: Frozen, had: Mapping[Position, Position]) -> list[str]:
    """Name what is left out though somebody whom they follow wrote it; a correction leaves out nothing for that."""
    if frozen.corrects is not None:
        return []
    names = {journalist.id: journalist.name for journalist in frozen.journalists}
    titles = {article.position: article.title for article in frozen.articles}
    said = []
    for article in frozen.articles:
        piece = had.get(story_of(article))
        writers = [
            names[byline.journalist]
            for byline in article.bylines
            if byline.journalist in names and any(follow.covers(byline.journalist) for follow in reader.follows)
        ]
        if piece is None or not writers:
            continue
        as_what = "" if piece == article.position else f", as the copy at another outlet{_titled(titles.get(piece))}"
        said.append(f"They had “{article.title}” by {list_of(writers)} already, in an earlier issue{as_what}.")
    return said


def _titled(title: str | None) -> str:
    return f", “{title}”" if title is not None else ""


def _without_a_row(row: IssueRow) -> list[str]:
    if row.state in (IssueState.SENDING, IssueState.SENT):
        return ["They have no row in its ledger: they joined the list after it was planned."]
    return ["It has not been planned yet, so nobody has a row in its ledger."]
