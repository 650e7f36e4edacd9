from datetime import timedelta

import pytest
from sqlalchemy import Engine

from digest.audience.reader import Membership, SubscriptionState, Suppression, SuppressionReason
from digest.ids import DeliveryId
from digest.send.doubt import SettledBy, Settlement, Verdict
from digest.send.feedback.ports import Heard
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.mail import Answer, Mail, Unclear
from digest.send.states import DeliveryState
from digest.send.stopping import Stop
from digest.send.why import reasons
from digest.send.why_delivery import about_the_delivery
from digest.store.feedback import SqlFeedback
from tests.builders import a_reader
from tests.fakes import NOON
from tests.send.office import ISSUE, LIST, Office
from tests.send.test_steps import Forgetful
from tests.send.test_why import FROZEN, ROW, a_story, asked

LATER = NOON + timedelta(days=1)
BY_OLGA = Settlement(verdict=Verdict.ACCEPTED, by=SettledBy.PERSON, who="Olga", why="in the log", at=LATER)


def a_membership(state: SubscriptionState = SubscriptionState.ACTIVE) -> Membership:
    left = LATER if state is SubscriptionState.UNSUBSCRIBED else None
    return Membership(
        subscriber=a_reader().subscriber, list_name=LIST, state=state, joined_at=NOON - timedelta(days=9), left_at=left
    )


def heard(kind: FeedbackKind, why: str = "", *, source: str = "sendgrid") -> Heard:
    return Heard(kind=kind, source=source, at=LATER, received_at=LATER, delivery=None, issue=ISSUE, why=why)


# --- the subscription and the suppression -----------------------------------------------------------------------------


def test_the_chain_begins_with_the_day_on_which_the_subscription_began() -> None:
    first, *_ = reasons(a_reader(), None, frozen=FROZEN, row=ROW, membership=a_membership())
    assert first == "The subscription to the list 'morning' is active; it began on 10 December 2025 at 12:00 UTC."
    state = SubscriptionState.UNSUBSCRIBED
    first, *_ = reasons(a_reader(state=state), None, frozen=FROZEN, row=ROW, membership=a_membership(state))
    assert first.endswith("it began on 10 December 2025 at 12:00 UTC and ended on 20 December 2025 at 12:00 UTC.")


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("told by sendgrid", " (told by sendgrid)."),
        ("", "the reader complained about our mail."),
        ("Reader1@example.org wrote", "the reader complained about our mail."),
    ],
)
def test_a_suppression_comes_with_its_day_and_note_but_never_with_the_address(note: str, shown: str) -> None:
    complained = SuppressionReason.COMPLAINED
    suppression = Suppression(reason=complained, note=note, since=NOON)
    _, second, *_ = reasons(a_reader(suppression=complained), None, frozen=FROZEN, row=ROW, suppression=suppression)
    assert second.startswith(
        "The address must not be mailed since 19 December 2025 at 12:00 UTC: the reader complained"
    )
    assert second.endswith(shown)


# --- how doubts ended -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "by", "expected"),
    [
        (Verdict.ACCEPTED, SettledBy.EVIDENCE, "there was evidence that the mailer had their mail: because."),
        (Verdict.PLANNED, SettledBy.EVIDENCE, "their mail was found missing: because."),
        (Verdict.PLANNED, SettledBy.POLICY, "their mail was planned again, perhaps for the second time: because."),
        (Verdict.ACCEPTED, SettledBy.PERSON, "Olga settled it as accepted: because."),
        (Verdict.PLANNED, SettledBy.PERSON, "Olga had their mail planned again: because."),
    ],
)
def test_every_end_of_a_doubt_is_told(verdict: Verdict, by: SettledBy, expected: str) -> None:
    who = "Olga" if by is SettledBy.PERSON else None
    settlement = Settlement(verdict=verdict, by=by, who=who, why="because", at=LATER)
    story = a_story(DeliveryState.PLANNED, settlements=(settlement,))
    assert about_the_delivery(story, (), ())[1] == (
        f"It was in doubt whether the mailer had it; on 20 December 2025 at 12:00 UTC {expected}"
    )


def test_what_counts_as_accepted_is_not_said_to_have_been_accepted_by_the_mailer() -> None:
    story = a_story(reason=BY_OLGA.reason, settlements=(BY_OLGA,))
    assert about_the_delivery(story, (), ())[-1] == (
        "Their mail was handed to the mailer on 19 December 2025 at 12:00 UTC, and counts as accepted."
    )


def test_a_mail_that_was_planned_again_and_accepted_then_tells_both() -> None:
    again = Settlement(verdict=Verdict.PLANNED, by=SettledBy.POLICY, why="a day in doubt", at=LATER)
    said = about_the_delivery(a_story(settlements=(again,), receipt="r7"), (), ())
    assert "planned again" in said[1]
    assert said[2].endswith("receipt r7.")


# --- afterwards -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FeedbackKind)
def test_everything_that_can_be_told_has_words(kind: FeedbackKind) -> None:
    last = about_the_delivery(a_story(), [heard(kind, "250 OK")], ())[-1]
    assert last.startswith("On 20 December 2025 at 12:00 UTC sendgrid told us: ")
    assert last.endswith(" (250 OK).")


def test_what_was_told_stands_last_in_its_order() -> None:
    said = about_the_delivery(a_story(), [heard(FeedbackKind.DEFERRED), heard(FeedbackKind.DELIVERED)], ())
    assert [line.rpartition(": ")[2] for line in said[-2:]] == [
        "the reader's server asked to come back later.",
        "the reader's server took the mail.",
    ]


def test_who_was_excluded_after_all_is_told_when() -> None:
    story = a_story(DeliveryState.EXCLUDED, reason="unsubscribed", answered_at=LATER)
    said = about_the_delivery(story, [heard(FeedbackKind.UNSUBSCRIBED)], ())
    assert said[0] == "They got nothing of it: the reader had left (unsubscribed, 20 December 2025 at 12:00 UTC)."
    assert said[1].endswith("the reader unsubscribed.")


def test_a_stop_is_the_reason_only_for_who_still_waits() -> None:
    stop = Stop(issue=ISSUE, by="Olga", why="a wrong rate", at=NOON)
    waits = about_the_delivery(a_story(DeliveryState.PLANNED), (), [stop])
    assert waits[-1] == "The issue was stopped by Olga on 2025-12-19 at 12:00 UTC: a wrong rate."
    assert not any("stopped" in line for line in about_the_delivery(a_story(), (), [stop]))


# --- out of the store -------------------------------------------------------------------------------------------------


def test_the_whole_chain_comes_out_of_the_store(engine: Engine) -> None:
    office = Office(engine)
    office.open_up(readers=1)
    office.plan()

    def lost(mail: Mail) -> Answer:
        return Unclear(delivery=mail.delivery, why="timed out")

    office.send_shard(Forgetful(script=lost))
    (doubt,) = office.ledger.doubts(ISSUE)
    office.ledger.end_doubts(ISSUE, [doubt.delivery], BY_OLGA)
    told = [
        Feedback(
            kind=kind, source="sendgrid", said=kind.value, at=LATER + timedelta(hours=hours), delivery=doubt.delivery
        )
        for hours, kind in ((3, FeedbackKind.COMPLAINED), (1, FeedbackKind.ACCEPTED), (2, FeedbackKind.DELIVERED))
    ]
    SqlFeedback(engine).take_in(told, at=LATER)
    office.stops.stop(ISSUE, by="Olga", why="a wrong rate", at=LATER)

    said = asked(office, doubt.address)

    words = [
        "it began on 19 December 2025",
        "The address must not be mailed since 20 December 2025",
        "They follow",
        "They never told their time zone",
        "behind them",
        "editor approved it",
        "They were owed 3 articles",
        "Olga settled it as accepted: in the log",
        "counts as accepted",
        "it has the mail",
        "took the mail",
        "complained about the mail",
    ]
    assert len(said) == len(words)
    assert [word for line, word in zip(said, words, strict=True) if word not in line] == []
    assert doubt.address not in "".join(said)


def test_who_has_no_row_was_told_nothing_of(engine: Engine) -> None:
    office = Office(engine)
    office.open_up(readers=1, approved=False)
    unmatched = Feedback(
        kind=FeedbackKind.COMPLAINED, source="arf", said="abuse", at=LATER, delivery=DeliveryId("another")
    )
    SqlFeedback(engine).take_in([unmatched], at=LATER)
    assert asked(office, "reader1@example.org")[-1].startswith("It has not been planned yet")
