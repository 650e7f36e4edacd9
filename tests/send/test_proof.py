from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.ids import IssueId
from digest.send.doubt import SettledBy
from digest.send.feedback.vocabulary import Fate
from digest.send.ledger import ByHour, Tally
from digest.send.proof import prove
from digest.send.states import FINAL, DeliveryState
from tests.fakes import NOON

ISSUE = IssueId("morning-brief-1")
counts = st.integers(0, 10_000)


def a_tally(audience: int, excluded: dict[str, int] | None = None, **states: int) -> Tally:
    reasons = excluded or {}
    return Tally(
        issue=ISSUE,
        audience=audience,
        states={DeliveryState(state): count for state, count in states.items()}
        | ({DeliveryState.EXCLUDED: sum(reasons.values())} if reasons else {}),
        excluded=reasons,
    )


def test_everybody_accounted_for_balances() -> None:
    proof = prove(a_tally(10, {"suppressed": 1, "nothing-new": 2}, accepted=5, refused=1, uncertain=1))

    assert proof.is_balanced
    assert proof.percent_done == 100
    assert proof.sentences() == (
        "morning-brief-1 balances: 10 readers = 5 accepted + 1 refused + 3 excluded + 1 uncertain.",
        "1 reader in doubt: the mailer was asked and its answer is not known.",
    )


def test_a_lost_reader_does_not_balance() -> None:
    proof = prove(a_tally(3, accepted=1))

    assert not proof.is_balanced
    assert proof.sentences() == (
        "morning-brief-1 does not balance: 3 readers ≠ 1 accepted + 0 refused + 0 excluded + 0 uncertain.",
        "2 readers of the audience without a row in the ledger.",
    )


def test_a_row_too_many_does_not_balance() -> None:
    proof = prove(a_tally(1, accepted=3))

    assert not proof.is_balanced
    assert proof.sentences()[1:] == ("2 more in the ledger than the audience has readers.",)


def test_whoever_still_waits_keeps_it_from_balancing() -> None:
    proof = prove(a_tally(4, planned=2, claimed=1, accepted=1))

    assert not proof.is_balanced
    assert proof.percent_done == 25
    assert proof.sentences()[1:] == (
        "3 readers still to be mailed, 1 of them in a worker's hands: run the same command again.",
    )
    assert proof.as_rows() == [
        ("accepted", 1),
        ("refused", 0),
        ("uncertain", 0),
        ("planned", 2),
        ("claimed", 1),
        ("audience", 4),
    ]


def test_an_empty_ledger_says_so() -> None:
    proof = prove(a_tally(0))

    assert proof.sentences() == (
        "Nobody is in the ledger of morning-brief-1: it is not planned yet, or its list is empty.",
    )
    assert proof.percent_done == 0


def test_an_exclusion_without_its_reason_is_counted_and_shown() -> None:
    proof = prove(Tally(issue=ISSUE, audience=2, states={DeliveryState.EXCLUDED: 2}, excluded={"suppressed": 1}))

    assert proof.excluded == {"suppressed": 1, "without-reason": 1}
    assert proof.is_balanced


def test_a_program_gets_every_number() -> None:
    assert prove(a_tally(3, {"unsubscribed": 1}, accepted=2)).as_json() == {
        "issue": "morning-brief-1",
        "audience": 3,
        "planned": 0,
        "claimed": 0,
        "accepted": 2,
        "refused": 0,
        "excluded": {"unsubscribed": 1},
        "uncertain": 0,
        "delivered": 0,
        "bounced": 0,
        "complained": 0,
        "planned_again": {},
        "by_hour": None,
        "balanced": True,
        "on_time": True,
    }


def test_readers_who_wait_for_their_own_hour_are_nothing_that_is_left_to_do() -> None:
    morning, evening = NOON + timedelta(hours=18), NOON + timedelta(hours=30)
    tally = replace(a_tally(3, accepted=1, planned=2), by_hour=ByHour(readers=2, first=morning, last=evening))
    proof = prove(tally)
    assert (proof.is_balanced, proof.is_on_time) == (False, True)
    (said,) = proof.sentences()[1:]
    assert said == (
        "2 readers wait for hours of their own, from 2025-12-20 06:00 UTC to 2025-12-20 18:00 UTC:"
        " digest reconcile, or the same command, sends it then."
    )
    assert proof.as_json()["by_hour"] == {
        "readers": 2,
        "first": "2025-12-20T06:00:00+00:00",
        "last": "2025-12-20T18:00:00+00:00",
    }
    one = prove(replace(a_tally(2, planned=2), by_hour=ByHour(readers=1, first=morning, last=morning)))
    assert not one.is_on_time
    waits, said = one.sentences()[1:]
    assert waits.startswith("1 reader waits for an hour of their own, 2025-12-20 06:00 UTC: digest reconcile")
    assert said == "1 reader still to be mailed, 0 of them in a worker's hands: run the same command again."


def test_what_was_told_of_the_accepted_is_shown_beside_them_and_does_not_change_the_sum() -> None:
    told = {Fate.DELIVERED: 3, Fate.BOUNCED: 1, Fate.COMPLAINED: 1}
    proof = prove(replace(a_tally(6, accepted=5, uncertain=1), fates=told))

    assert proof.is_balanced
    assert proof.sentences()[0].startswith("morning-brief-1 balances: 6 readers = 5 accepted + ")
    assert proof.sentences()[2] == (
        "Of the 5 accepted, 3 delivered and 1 bounced, as we were told; of 1 nothing was told; 1 complained."
    )
    assert proof.as_rows()[:5] == [
        ("accepted", 5),
        ("accepted, and delivered", 3),
        ("accepted, and bounced", 1),
        ("accepted, and complained", 1),
        ("refused", 0),
    ]
    assert {name: proof.as_json()[name] for name in ("delivered", "bounced", "complained")} == {
        "delivered": 3,
        "bounced": 1,
        "complained": 1,
    }


def test_a_second_mail_is_never_left_unsaid() -> None:
    again = {SettledBy.POLICY: 2, SettledBy.PERSON: 1}
    proof = prove(replace(a_tally(5, accepted=5), planned_again=again))

    assert proof.as_json()["planned_again"] == {"policy": 2, "person": 1}
    assert proof.sentences()[1:] == (
        "1 reader may have been mailed twice: in doubt, and planned again by a person's word.",
        (
            "2 readers may have been mailed twice: in doubt, and planned again by the newsletter's declared policy"
            " (prefer-duplicate)."
        ),
    )


@given(audience=counts, states=st.dictionaries(st.sampled_from(DeliveryState), counts))
def test_it_balances_exactly_when_everybody_reached_an_end(audience: int, states: dict[DeliveryState, int]) -> None:
    finished = sum(count for state, count in states.items() if state in FINAL)
    waiting = sum(states.values()) - finished

    proof = prove(Tally(issue=ISSUE, audience=audience, states=states))

    assert proof.is_balanced == (audience == finished and waiting == 0)
    assert proof.missing == audience - sum(states.values())
