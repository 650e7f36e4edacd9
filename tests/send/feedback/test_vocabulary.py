from dataclasses import replace
from datetime import timedelta, timezone

from digest.audience.reader import SuppressionReason
from digest.ids import DeliveryId
from digest.send.feedback.vocabulary import EFFECTS, Fate, Feedback, FeedbackKind
from tests.fakes import NOON

TOLD = Feedback(
    kind=FeedbackKind.DELIVERED, source="sendgrid", said="delivered", at=NOON, delivery=DeliveryId("abc"), event_id="1"
)


def test_every_word_has_its_effect() -> None:
    assert EFFECTS.keys() == set(FeedbackKind)


def test_whatever_a_provider_says_of_a_mail_proves_that_it_had_it_but_a_word_that_we_do_not_know() -> None:
    assert {kind for kind, effect in EFFECTS.items() if not effect.proves} == {FeedbackKind.UNKNOWN}


def test_one_event_is_one_whatever_id_it_is_given_the_second_time() -> None:
    again = replace(TOLD, event_id="2", raw="{}", at=NOON.astimezone(timezone(timedelta(hours=5))))
    assert again.natural_key == TOLD.natural_key


def test_another_word_another_instant_or_another_mail_is_another_event() -> None:
    others = [
        replace(TOLD, said="processed"),
        replace(TOLD, at=NOON + timedelta(seconds=1)),
        replace(TOLD, delivery=DeliveryId("abd")),
        replace(TOLD, source="dsn"),
        replace(TOLD, delivery=None, address="a@b.example"),
    ]
    assert len({one.natural_key for one in (TOLD, *others)}) == len(others) + 1


def test_an_event_without_a_delivery_goes_by_the_address_whatever_its_case() -> None:
    one = replace(TOLD, delivery=None, address="Aida@Example.org")
    assert one.natural_key == replace(one, address="aida@example.org").natural_key


def test_what_suppresses_is_said_by_the_word_unless_the_source_knows_better() -> None:
    assert TOLD.suppresses is None
    assert replace(TOLD, kind=FeedbackKind.BOUNCED).suppresses is SuppressionReason.BOUNCED
    dropped = replace(TOLD, kind=FeedbackKind.DROPPED, reason=SuppressionReason.INVALID)
    assert dropped.suppresses is SuppressionReason.INVALID


def test_a_mail_that_was_not_taken_counts_as_bounced_whether_for_good_or_not() -> None:
    bounced = {kind for kind, effect in EFFECTS.items() if effect.fate is Fate.BOUNCED}
    assert bounced == {FeedbackKind.BOUNCED, FeedbackKind.BLOCKED, FeedbackKind.DROPPED}
