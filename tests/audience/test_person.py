from datetime import timedelta

from digest.audience.appearance import Appearance
from digest.audience.consent import Consent, Given, Proof
from digest.audience.person import Kept, PersonChange, Report, change_of_person, data_of
from digest.audience.reader import Follow, Membership, Received, Subscriber, SubscriptionState, Suppression
from digest.audience.reader import SuppressionReason as Reason
from digest.ids import IssueId, JournalistId, ListName, SubscriberId
from tests.fakes import NOON

ANN = Subscriber(id=SubscriberId(1), address="ann@example.org", name="Ann", locale="ru", time_zone="Asia/Almaty")
MORNING = ListName("morning")


def test_only_what_was_changed_on_the_page_is_written() -> None:
    shown = {"locale": "ru", "time_zone": "Asia/Almaty"}
    assert change_of_person(shown, shown) == PersonChange()
    assert change_of_person(shown, {}) == PersonChange()
    assert change_of_person(shown, shown | {"locale": "en"}) == PersonChange(locale="en")
    assert change_of_person({}, {"time_zone": "UTC"}) == PersonChange(time_zone="UTC")


def kept(**changed: object) -> Kept:
    membership = Membership(
        subscriber=ANN,
        list_name=MORNING,
        state=SubscriptionState.UNSUBSCRIBED,
        joined_at=NOON,
        left_at=NOON + timedelta(days=1),
        follows=(Follow(journalist=JournalistId("dana-serikova")),),
        appearance=Appearance(look="brief", text_only=True),
    )
    received = Received(
        issue=IssueId("morning-brief-1"),
        state="accepted",
        reason=None,
        planned_at=NOON,
        answered_at=NOON,
        delivered_at=NOON,
    )
    facts: dict[str, object] = {
        "subscriber": ANN,
        "known_since": NOON,
        "suppression": None,
        "memberships": ((membership, (received,)),),
        "consents": (),
        "reports": (),
    }
    return Kept(**(facts | changed))  # type: ignore[arg-type]


def test_a_persons_data_is_all_that_is_kept_of_them() -> None:
    at = NOON.isoformat()
    assert data_of(kept()) == {
        "address": "ann@example.org",
        "name": "Ann",
        "language": "ru",
        "time_zone": "Asia/Almaty",
        "known_since": at,
        "not_mailed": None,
        "lists": [
            {
                "list": "morning",
                "state": "unsubscribed",
                "joined_at": at,
                "left_at": "2025-12-20T12:00:00+00:00",
                "follows": ["dana-serikova"],
                "pace": "every-issue",
                "weekday": None,
                "hour": None,
                "quiet_days": [],
                "paused_until": None,
                "look": "brief",
                "text_only": True,
                "issues": [
                    {
                        "issue": "morning-brief-1",
                        "state": "accepted",
                        "reason": None,
                        "planned_at": at,
                        "answered_at": at,
                        "delivered_at": at,
                        "bounced_at": None,
                        "complained_at": None,
                    }
                ],
            }
        ],
        "consents": [],
        "reports": [],
    }


def test_consents_reports_and_suppressions_are_part_of_it() -> None:
    proof = Proof(words="Yes, by mail.", version="1", language="en", network="203.0.113.0/24", at=NOON)
    consents = (
        Consent(list_name=MORNING, how=Given.FORM, proof=proof, confirmed_at=NOON, confirmed_network=None),
        Consent(list_name=MORNING, how=Given.IMPORT, proof=proof, confirmed_at=None, confirmed_network=None),
    )
    data = data_of(
        kept(
            consents=consents,
            suppression=Suppression(reason=Reason.BOUNCED, note="told", since=NOON),
            reports=(Report(kind="bounced", why="550", at=NOON),),
        )
    )
    at = NOON.isoformat()
    assert data["not_mailed"] == {"because": "bounced", "note": "told", "since": at}
    assert data["reports"] == [{"kind": "bounced", "why": "550", "at": at}]
    first, second = data["consents"]
    assert first == {
        "list": "morning",
        "how": "form",
        "words": "Yes, by mail.",
        "version": "1",
        "language": "en",
        "asked_at": at,
        "asked_from": "203.0.113.0/24",
        "confirmed_at": at,
        "confirmed_from": None,
    }
    assert (second["how"], second["confirmed_at"]) == ("import", None)
