from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from digest.audience.appearance import Appearance
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.compose.issue import IssueState
from digest.errors import UnknownIssue, UnknownReader
from digest.ids import EVERY_JOURNALIST, DeliveryId, Position
from digest.send.ledger import DeliveryStory, IssueRow
from digest.send.states import DeliveryState
from digest.send.why import reasons, why
from digest.store.feedback import SqlFeedback
from digest.store.sign_ups import SqlSignUps
from digest.store.suppressions import SqlSuppressions
from digest.store.tables import sign_ups
from tests.builders import a_note, a_reader
from tests.fakes import NOON, FakeMailer
from tests.send.office import ISSUE, LIST, Office, a_frozen, a_sealed

FROZEN = a_frozen()
ROW = IssueRow(
    id=ISSUE,
    newsletter="morning-brief",
    state=IssueState.SENDING,
    hash=a_sealed().hash,
    composed_at=NOON,
    approved_by="Aliya",
    approved_at=NOON,
)


def a_story(state: DeliveryState = DeliveryState.ACCEPTED, **changes: Any) -> DeliveryStory:
    values: dict[str, Any] = {
        "id": DeliveryId("a-delivery"),
        "issue": ISSUE,
        "state": state,
        "reason": None,
        "sections": ("Who pays for the <grid>", "Snow closes the Medeu road"),
        "planned_at": NOON,
        "claimed_at": NOON,
        "answered_at": NOON,
        "receipt": None,
    }
    return DeliveryStory(**(values | changes))


def asked(office: Office, address: str) -> tuple[str, ...]:
    return why(
        address,
        ISSUE,
        archive=office.archive,
        readership=office.audience,
        readers=office.audience,
        suppressions=SqlSuppressions(office.engine),
        ledger=office.ledger,
        feedback=SqlFeedback(office.engine),
        stops=office.stops,
        sign_ups=SqlSignUps(office.engine),
    )


def said(story: DeliveryStory | None = None, row: IssueRow = ROW, **about_the_reader: Any) -> str:
    return "\n".join(reasons(a_reader(**about_the_reader), story, frozen=FROZEN, row=row))


def test_the_chain_runs_from_the_subscription_to_the_mailers_answer() -> None:
    reader = a_reader(follows={"dana-serikova": 2, "timur-aliyev": 0}, cursor=3)

    assert reasons(reader, a_story(receipt="a-delivery.eml"), frozen=FROZEN, row=ROW) == (
        "The subscription to the list 'morning' is active.",
        "They follow Dana Serikova (since position 2 on the shelf) and Timur Aliyev.",
        "They never told their time zone: theirs is the newsletter's own, Asia/Almaty.",
        "Whatever stands on the shelf up to position 3 is behind them.",
        (
            "morning-brief-1 of 19 December 2025 holds 3 articles, up to position 3;"
            " Aliya approved it on 19 December 2025 at 12:00 UTC."
        ),
        "They were owed 2 articles of it: “Who pays for the <grid>” and “Snow closes the Medeu road”.",
        "The mailer accepted their mail on 19 December 2025 at 12:00 UTC, receipt a-delivery.eml.",
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (SubscriptionState.UNSUBSCRIBED, "was ended by the reader"),
        (SubscriptionState.UNCONFIRMED, "was never confirmed"),
    ],
)
def test_a_subscription_that_may_not_be_mailed_comes_first(state: SubscriptionState, expected: str) -> None:
    assert expected in said(state=state).splitlines()[0]


@pytest.mark.parametrize("reason", SuppressionReason)
def test_every_suppression_is_explained(reason: SuppressionReason) -> None:
    assert "The address must not be mailed: " in said(suppression=reason)


def test_who_follows_everybody_nobody_or_somebody_we_do_not_print_is_told() -> None:
    assert "They follow every journalist of The Morning Brief." in said(follows=[EVERY_JOURNALIST])
    assert "They follow nobody." in said(follows=[])
    assert "They follow gone-elsewhere." in said(follows=["gone-elsewhere"])


def test_who_has_never_been_reached_is_told() -> None:
    assert "No issue has reached them before" in said(cursor=0)


def test_an_issue_that_nobody_approved_says_so() -> None:
    row = replace(ROW, state=IssueState.AWAITING_APPROVAL, approved_by=None, approved_at=None)

    text = said(None, row)

    assert "nobody has approved it, it is awaiting approval." in text
    assert text.endswith("It has not been planned yet, so nobody has a row in its ledger.")


def test_who_came_too_late_has_no_row() -> None:
    assert said(None).endswith("They have no row in its ledger: they joined the list after it was planned.")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("nothing-new", "nobody they follow wrote anything since their last issue (nothing-new, 19 December"),
        ("moon-phase", "They got nothing of it: moon-phase (moon-phase, "),
        (None, "no reason was recorded"),
    ],
)
def test_an_exclusion_is_explained(reason: str | None, expected: str) -> None:
    assert expected in said(a_story(DeliveryState.EXCLUDED, reason=reason))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (a_story(DeliveryState.PLANNED), "is planned and waits to be handed over."),
        (a_story(DeliveryState.PLANNED, reason="looked up"), "waits to be handed over: looked up."),
        (
            a_story(DeliveryState.PLANNED, reason="450 come back later", not_before=NOON),
            "waits to be handed over, not before 19 December 2025 at 12:00 UTC: 450 come back later.",
        ),
        (a_story(DeliveryState.CLAIMED), "no answer has been recorded yet."),
        (
            a_story(DeliveryState.REFUSED, reason="no such box"),
            "refused their mail on 19 December 2025 at 12:00 UTC: no",
        ),
        (
            a_story(DeliveryState.UNCERTAIN, reason="timed out"),
            "and the answer is not known: timed out. Nobody mails it",
        ),
        (a_story(answered_at=None, reason="settled"), "accepted their mail on an unknown day: settled."),
        (a_story(sections=("One",)), "They were owed 1 article of it: “One”."),
        (a_story(sections=()), "They were owed no article of it, and the rates alone."),
    ],
)
def test_every_end_is_explained(story: DeliveryStory, expected: str) -> None:
    assert expected in said(story)


def test_the_reasons_come_out_of_the_store(engine: Engine) -> None:
    office = Office(engine)
    office.open_up()
    office.plan()
    office.audience.leave(LIST, "reader2@example.org", at=NOON)
    office.send_shard(FakeMailer())

    def ask(address: str) -> str:
        found = asked(office, address)
        assert address.lower() not in "".join(found).lower()
        return found[-1]

    assert ask("Reader1@Example.org").startswith("The mailer accepted their mail")
    assert ask("reader2@example.org").startswith("They got nothing of it: the reader had left (unsubscribed,")


@pytest.mark.parametrize("address", ["stranger@example.org", "no address at all"])
def test_a_stranger_is_named_without_the_address(engine: Engine, address: str) -> None:
    office = Office(engine)
    office.open_up(readers=1)

    with pytest.raises(UnknownReader) as caught:
        asked(office, address)

    assert address not in str(caught.value)


def test_who_signed_up_and_has_not_confirmed_it_is_told_so(engine: Engine) -> None:
    office = Office(engine)
    office.open_up(readers=1)
    with engine.begin() as connection:
        connection.execute(
            insert(sign_ups),
            [
                {
                    "id": f"{day:022}",
                    "identity": "new@example.org",
                    "address": "new@example.org",
                    "list": LIST,
                    "choices": {},
                    "words": "Yes",
                    "version": "1",
                    "language": "en",
                    "asked_at": NOON - timedelta(days=day),
                }
                for day in (1, 2)
            ],
        )

    told = asked(office, " New@Example.org")

    assert "with this address on 18 December 2025 at 12:00 UTC and has not confirmed it" in told[0]
    assert "holds 3 articles" in told[1]
    assert "new@" not in " ".join(told).lower()


def test_the_readers_time_zone_is_told_and_where_none_was_named_the_newsletters() -> None:
    assert "Their time zone is Asia/Dushanbe." in said(time_zone="Asia/Dushanbe")
    assert "They never told their time zone: theirs is the newsletter's own, Asia/Almaty." in said(time_zone="UTC")


def test_an_unknown_issue_is_named(engine: Engine) -> None:
    office = Office(engine)

    with pytest.raises(UnknownIssue):
        asked(office, "reader1@example.org")


def test_what_an_earlier_issue_had_is_told() -> None:
    first, second, third = FROZEN.articles
    copied = replace(FROZEN, articles=(first, replace(second, copy_of=first.position), third))
    had = {first.position: first.position}
    told = "\n".join(reasons(a_reader(), None, frozen=copied, row=ROW, had=had))
    assert f"They had “{first.title}” by " in told
    assert f"“{second.title}” by " in told
    assert f"already, in an earlier issue, as the copy at another outlet, “{first.title}”." in told
    assert third.title not in told
    elsewhere = "\n".join(reasons(a_reader(), None, frozen=copied, row=ROW, had={first.position: Position(99)}))
    assert f"“{first.title}”" in elsewhere
    assert "as the copy at another outlet.\n" in elsewhere
    assert "They had" not in "\n".join(reasons(a_reader(follows=["nobody"]), None, frozen=copied, row=ROW, had=had))


def test_of_a_correction_it_is_told_what_it_corrects_and_not_what_they_had() -> None:
    correction = replace(FROZEN, corrects=ISSUE, note=a_note())
    had = {FROZEN.articles[0].position: FROZEN.articles[0].position}
    told = "\n".join(reasons(a_reader(), a_story(), frozen=correction, row=ROW, had=had))
    assert f"corrects {ISSUE}: whoever got that gets this, whomever they follow now." in told
    assert "already, in an earlier issue" not in told
    excluded = a_story(DeliveryState.EXCLUDED, reason="did-not-get-it")
    said_of_it = "\n".join(reasons(a_reader(), excluded, frozen=correction, row=ROW))
    assert "They got nothing of it: no mail of the issue that it corrects reached them (did-not-get-it, " in said_of_it


def test_what_their_mails_look_like_is_told_and_why_this_one_does_not() -> None:
    (said,) = (
        line
        for line in reasons(a_reader(1, appearance=Appearance(text_only=True)), None, frozen=FROZEN, row=ROW)
        if line.startswith("They want")
    )
    assert said == "They want their mails in the newsletter's own look, as text alone."
    brief = a_reader(1, appearance=Appearance(look="brief"))
    late = " ".join(reasons(brief, None, frozen=FROZEN, row=ROW))
    assert f"; {FROZEN.id} was composed before anybody it was for had chosen that look, and comes in its own" in late
    in_time = " ".join(reasons(brief, None, frozen=replace(FROZEN, looks=("brief",)), row=ROW))
    assert "They want their mails in the look brief. " in in_time
    assert "They want" not in " ".join(reasons(a_reader(1), None, frozen=FROZEN, row=ROW))
