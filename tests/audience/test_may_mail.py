import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.may_mail import NoMail, may_mail
from digest.audience.reader import SubscriptionState, SuppressionReason
from tests.builders import a_reader


def test_an_active_reader_may_be_mailed() -> None:
    assert may_mail(a_reader()) is None


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (SubscriptionState.UNSUBSCRIBED, NoMail.UNSUBSCRIBED),
        (SubscriptionState.UNCONFIRMED, NoMail.UNCONFIRMED),
    ],
)
def test_who_left_or_never_confirmed_may_not(state: SubscriptionState, reason: NoMail) -> None:
    assert may_mail(a_reader(state=state)) is reason


@given(st.sampled_from(SubscriptionState), st.sampled_from(SuppressionReason))
def test_a_suppression_comes_before_everything_else(state: SubscriptionState, why: SuppressionReason) -> None:
    assert may_mail(a_reader(state=state, suppression=why)) is NoMail.SUPPRESSED


@given(st.sampled_from(SubscriptionState), st.none() | st.sampled_from(SuppressionReason))
def test_only_active_and_unsuppressed_readers_are_mailed(
    state: SubscriptionState, why: SuppressionReason | None
) -> None:
    may = may_mail(a_reader(state=state, suppression=why)) is None
    assert may == (state is SubscriptionState.ACTIVE and why is None)
