"""What is told of one delivery: what was in it, how doubts ended, where it stands, what was heard afterwards. Pure."""

from collections.abc import Sequence
from typing import Final

from digest.send.doubt import SettledBy, Settlement, Verdict
from digest.send.feedback.ports import Heard
from digest.send.feedback.vocabulary import FeedbackKind
from digest.send.ledger import DeliveryStory
from digest.send.states import DeliveryState
from digest.send.stopping import Stop
from digest.send.why_words import articles, instant, list_of

_EXCLUDED: Final = {
    "suppressed": "the address must not be mailed",
    "unsubscribed": "the reader had left",
    "unconfirmed": "the subscription was not confirmed",
    "nothing-new": "nobody they follow wrote anything since their last issue",
    "follows-nobody": "they follow nobody",
    "next-issue": "they joined or were reached too late for it: the next issue has what they are owed",
    "did-not-get-it": "no mail of the issue that it corrects reached them",
    "frequency": "by their pace and their hour another issue is theirs, and has all that they are owed",
    "paused": "they paused; what they are owed waits for them, within the newsletter's age limit",
    "quiet-day": "it fell on a day on which they get no mail: the next issue has what they are owed",
    "too-late": "their hour was missed, and the next one is that of the next issue, which has what they are owed",
    "earlier-issue": "a mail of an earlier issue still waited for them: the next one has what they are owed",
}
_SAID: Final = {
    FeedbackKind.ACCEPTED: "it has the mail",
    FeedbackKind.DEFERRED: "the reader's server asked to come back later",
    FeedbackKind.DELIVERED: "the reader's server took the mail",
    FeedbackKind.BOUNCED: "the mail bounced for good",
    FeedbackKind.BLOCKED: "the reader's server did not take the mail this time",
    FeedbackKind.DROPPED: "it did not even try to deliver the mail",
    FeedbackKind.COMPLAINED: "the reader complained about the mail",
    FeedbackKind.UNSUBSCRIBED: "the reader unsubscribed",
    FeedbackKind.RESUBSCRIBED: "the reader wants our mail again",
    FeedbackKind.OPENED: "somebody, or a program, opened the mail",
    FeedbackKind.CLICKED: "somebody, or a program, followed a link in it",
    FeedbackKind.UNKNOWN: "something for which we have no word",
}


def about_the_delivery(story: DeliveryStory, told: Sequence[Heard], stops: Sequence[Stop]) -> list[str]:
    """Say what became of one reader's delivery, in the order in which it happened.

    ``told`` is what was heard of it, the oldest first; ``stops`` are those of its issue that hold.
    """
    afterwards = [_heard(one) for one in told]
    if story.state is DeliveryState.EXCLUDED:
        reason = story.reason or "no reason was recorded"
        when = instant(story.answered_at or story.planned_at)
        return [f"They got nothing of it: {_EXCLUDED.get(reason, reason)} ({reason}, {when}).", *afterwards]
    held_up = [f"The issue was {stop.sentence}." for stop in stops if story.state is DeliveryState.PLANNED]
    return [
        _held(story),
        *(_settled(one) for one in story.settlements),
        _where_it_stands(story),
        *held_up,
        *afterwards,
    ]


def _held(story: DeliveryStory) -> str:
    if not story.sections:
        return "They were owed no article of it, and the rates alone."
    titles = list_of([f"“{title}”" for title in story.sections])
    return f"They were owed {articles(len(story.sections))} of it: {titles}."


def _settled(settlement: Settlement) -> str:
    accepted = settlement.verdict is Verdict.ACCEPTED
    match settlement.by:
        case SettledBy.EVIDENCE:
            what = "there was evidence that the mailer had their mail" if accepted else "their mail was found missing"
        case SettledBy.POLICY:
            what = "their mail was planned again, perhaps for the second time"
        case _:
            what = f"{settlement.who} {'settled it as accepted' if accepted else 'had their mail planned again'}"
    return f"It was in doubt whether the mailer had it; on {instant(settlement.at)} {what}: {settlement.why}."


def _where_it_stands(story: DeliveryStory) -> str:
    asked = f"was handed to the mailer on {instant(story.claimed_at)}"
    answered = f"on {instant(story.answered_at)}"
    is_told = any(story.reason == one.reason for one in story.settlements)
    because = f": {story.reason}" if story.reason and not is_told else ""
    match story.state:
        case DeliveryState.PLANNED:
            own = "" if story.reason else ", which is their own hour"
            until = f", not before {instant(story.not_before)}{own}" if story.not_before else ""
            return f"Their mail is planned and waits to be handed over{until}{because}."
        case DeliveryState.CLAIMED:
            return f"Their mail {asked}, and no answer has been recorded yet."
        case DeliveryState.REFUSED:
            return f"The mailer refused their mail {answered}{because}."
        case DeliveryState.UNCERTAIN:
            return f"Their mail {asked}, and the answer is not known{because}. Nobody mails it again until then."
        case _ if story.settlements and story.settlements[-1].verdict is Verdict.ACCEPTED:
            return f"Their mail {asked}, and counts as accepted{because}."
        case _:
            receipt = f", receipt {story.receipt}" if story.receipt else ""
            return f"The mailer accepted their mail {answered}{receipt}{because}."


def _heard(one: Heard) -> str:
    words = f" ({one.why})" if one.why else ""
    return f"On {instant(one.at)} {one.source} told us: {_SAID[one.kind]}{words}."
