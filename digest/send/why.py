"""Why somebody got an issue, or why not: the chain of reasons, from the subscription to the mailer's answer.

``reasons`` is pure; ``why`` gathers what it needs. No sentence repeats the address.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from digest.audience.mailbox import mailbox
from digest.audience.ports import Readership
from digest.audience.reader import Follow, Reader, SubscriptionState, SuppressionReason
from digest.compose.issue import Frozen, IssueState
from digest.compose.selection import story_of
from digest.errors import UnknownReader
from digest.ids import EVERY_JOURNALIST, GROUND, IssueId, ListName, Position
from digest.send.ledger import DeliveryStory, IssueArchive, IssueRow, Ledger
from digest.send.states import DeliveryState

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
_EXCLUDED: Final = {
    "suppressed": "the address must not be mailed",
    "unsubscribed": "the reader had left",
    "unconfirmed": "the subscription was not confirmed",
    "nothing-new": "nobody they follow wrote anything since their last issue",
    "follows-nobody": "they follow nobody",
    "next-issue": "they joined or were reached too late for it: the next issue has what they are owed",
    "did-not-get-it": "no mail of the issue that it corrects reached them",
}


def why(
    address: str, issue: IssueId, *, archive: IssueArchive, readership: Readership, ledger: Ledger
) -> tuple[str, ...]:
    """Return the reasons in plain sentences, in the order in which they count.

    :raises UnknownIssue: there is none of that name.
    :raises UnknownReader: nobody with that address is on the newsletter's list.
    """
    row = archive.row(issue)
    frozen = archive.sealed(issue).frozen
    reader = _find(address, frozen.newsletter.list_name, readership)
    story = ledger.story(issue, reader.subscriber.address)
    stories = {story_of(article) for article in frozen.articles}
    who = reader.subscriber.id
    had = readership.had(frozen.newsletter.list_name, sorted(stories), whom=[who], before=frozen.number)
    return reasons(reader, story, frozen=frozen, row=row, had=had.get(who, {}))


def reasons(
    reader: Reader,
    story: DeliveryStory | None,
    *,
    frozen: Frozen,
    row: IssueRow,
    had: Mapping[Position, Position] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Say what follows from a reader's subscription, the issue and the reader's row in its ledger. Pure.

    ``had`` has the stories of the issue of which an earlier one had a piece for them, and which piece it was.
    """
    return (
        *_about_the_reader(reader, frozen),
        _about_the_issue(frozen, row),
        *_about_what_it_corrects(frozen),
        *_about_what_they_had(reader, frozen, had),
        *_about_the_delivery(story, row),
    )


def _find(address: str, list_name: ListName, readership: Readership) -> Reader:
    try:
        reader = readership.reader(list_name, mailbox(address))
    except ValueError:
        raise UnknownReader from None
    if reader is None:
        raise UnknownReader
    return reader


def _about_the_reader(reader: Reader, frozen: Frozen) -> list[str]:
    said = [f"The subscription to the list {reader.list_name!r} {_SUBSCRIPTION[reader.state]}."]
    if reader.suppression is not None:
        said.append(f"The address must not be mailed: {_SUPPRESSED[reader.suppression]}.")
    if reader.follows:
        said.append(f"They follow {_list_of([_followed(follow, frozen) for follow in reader.follows])}.")
    else:
        said.append("They follow nobody.")
    if reader.cursor == GROUND:
        said.append("No issue has reached them before, or their shelf began at its very first article.")
    else:
        said.append(f"Whatever stands on the shelf up to position {reader.cursor} is behind them.")
    return said


def _followed(follow: Follow, frozen: Frozen) -> str:
    names = {journalist.id: journalist.name for journalist in frozen.journalists}
    everybody = f"every journalist of {frozen.newsletter.name}"
    name = everybody if follow.journalist == EVERY_JOURNALIST else names.get(follow.journalist, follow.journalist)
    return name if follow.since == GROUND else f"{name} (since position {follow.since} on the shelf)"


def _about_the_issue(frozen: Frozen, row: IssueRow) -> str:
    held = f"{row.id} of {_day(frozen.issue_date)} holds {_articles(len(frozen.articles))}"
    if row.approved_by is None or row.approved_at is None:
        return f"{held}, up to position {frozen.height}; nobody has approved it, it is {row.state.replace('-', ' ')}."
    return f"{held}, up to position {frozen.height}; {row.approved_by} approved it on {_instant(row.approved_at)}."


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
        said.append(f"They had “{article.title}” by {_list_of(writers)} already, in an earlier issue{as_what}.")
    return said


def _titled(title: str | None) -> str:
    return f", “{title}”" if title is not None else ""


def _about_the_delivery(story: DeliveryStory | None, row: IssueRow) -> list[str]:
    if story is None:
        if row.state in (IssueState.SENDING, IssueState.SENT):
            return ["They have no row in its ledger: they joined the list after it was planned."]
        return ["It has not been planned yet, so nobody has a row in its ledger."]
    if story.state is DeliveryState.EXCLUDED:
        reason = story.reason or "no reason was recorded"
        return [f"They got nothing of it: {_EXCLUDED.get(reason, reason)} ({reason}, {_instant(story.planned_at)})."]
    return [_held(story), _where_it_stands(story)]


def _held(story: DeliveryStory) -> str:
    if not story.sections:
        return "They were owed no article of it, and the rates alone."
    titles = _list_of([f"“{title}”" for title in story.sections])
    return f"They were owed {_articles(len(story.sections))} of it: {titles}."


def _where_it_stands(story: DeliveryStory) -> str:
    asked = f"was handed to the mailer on {_instant(story.claimed_at)}"
    answered = f"on {_instant(story.answered_at)}"
    because = f": {story.reason}" if story.reason else ""
    match story.state:
        case DeliveryState.PLANNED:
            until = f", not before {_instant(story.not_before)}" if story.not_before else ""
            return f"Their mail is planned and waits to be handed over{until}{because}."
        case DeliveryState.CLAIMED:
            return f"Their mail {asked}, and no answer has been recorded yet."
        case DeliveryState.REFUSED:
            return f"The mailer refused their mail {answered}{because}."
        case DeliveryState.UNCERTAIN:
            return f"Their mail {asked}, and the answer is not known{because}. Nobody mails it again until then."
        case _:
            receipt = f", receipt {story.receipt}" if story.receipt else ""
            return f"The mailer accepted their mail {answered}{receipt}{because}."


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"


def _instant(at: datetime | None) -> str:
    return f"{_day(at)} at {at:%H:%M} UTC" if at is not None else "an unknown day"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _list_of(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
