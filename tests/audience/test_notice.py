"""Who gets which notice, and why not."""

import pytest

from digest.audience.notice import MESSAGES, NoNotice, NoticeKind, may_notify
from digest.audience.reader import SubscriptionState, SuppressionReason

KINDS = [kind for kind in NoticeKind if kind is not NoticeKind.WELCOME]
ASKED_FOR = SuppressionReason.UNSUBSCRIBED


def test_every_kind_has_a_message_of_its_own() -> None:
    assert set(MESSAGES) == set(NoticeKind)
    assert len(set(MESSAGES.values())) == len(NoticeKind)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_asked_for_goes_to_whoever_left_but_to_nobody_who_must_not_be_mailed(kind: NoticeKind) -> None:
    assert may_notify(kind, None, None) is None
    assert may_notify(kind, ASKED_FOR, None) is None
    others = set(SuppressionReason) - {ASKED_FOR}
    assert {may_notify(kind, reason, SubscriptionState.ACTIVE) for reason in others} == {NoNotice.SUPPRESSED}


def test_a_welcome_goes_to_whom_the_newsletter_goes() -> None:
    welcome = NoticeKind.WELCOME
    assert may_notify(welcome, None, SubscriptionState.ACTIVE) is None
    assert may_notify(welcome, None, SubscriptionState.UNCONFIRMED) is NoNotice.UNCONFIRMED
    assert may_notify(welcome, None, SubscriptionState.UNSUBSCRIBED) is NoNotice.UNSUBSCRIBED
    assert may_notify(welcome, None, None) is NoNotice.ERASED
    reasons = {may_notify(welcome, reason, SubscriptionState.ACTIVE) for reason in SuppressionReason}
    assert reasons == {NoNotice.SUPPRESSED}
