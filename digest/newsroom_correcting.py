"""Correcting an issue over an open ``Runtime``: made like any issue, for those who got the one that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from digest import newsroom
from digest.collect.rates.rate import RateSnapshot
from digest.collect.rates.rate_steps import snapshot_for
from digest.compose.correcting import correction_of, taken_out
from digest.compose.grouping import count_shares
from digest.compose.issue import Frozen, IssueSkipped, IssueState, Note, Owed
from digest.errors import NotInThisState
from digest.ids import IssueId, NewsletterId
from digest.newsroom import Composed
from digest.newsroom_stops import stop_of
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.send.ledger import IssueRow
from digest.send.states import DeliveryState
from digest.wiring import Runtime

#: Where an issue's mail may still be accepted.
_OPEN = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A correction as it is put before its editor.

    ``open`` are the readers of the corrected issue whose mail is neither accepted nor refused yet: whoever gets it
    after the correction is planned gets no correction.
    """

    composed: Composed
    corrects: IssueId
    open: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**self.composed.as_json(), "corrects": self.corrects, "open": self.open}


def correct_issue(
    runtime: Runtime, issue: IssueId, *, note: Note, without: Sequence[str] = (), rates_anew: bool = False
) -> Corrected | IssueSkipped:
    """Freeze, render and seal the correction of an issue and put it before its editor; nothing if nobody got it.

    ``without`` names the articles that are taken out, by address or by place on the shelf. With ``rates_anew`` the
    rates are those that the rate book has for the corrected issue's day now, else they stay as they were printed.

    :raises UnknownIssue: there is none of that name.
    :raises NotInThisState: it is not being sent, and was not.
    :raises WrongUse: it has no such article.
    """
    row = runtime.issues.row(issue)
    if row.state not in (IssueState.SENDING, IssueState.SENT):
        raise NotInThisState(issue, row.state, _what_to_do(row))
    frozen = _freeze(runtime, runtime.issues.sealed(issue).frozen, note, without, rates_anew=rates_anew)
    waits = _waiting(runtime, row.newsletter, issue)
    if not any(isinstance(one, Owed) for one in newsroom.share_now(runtime, frozen)):
        reason = f"nobody whose mail of {issue} was accepted may still be mailed"
        readers = count_shares(newsroom.share_now(runtime, frozen)).readers
        return IssueSkipped(newsletter=row.newsletter, reason=reason, readers=readers)
    sealed = seal(frozen, templates=templates_dir())
    runtime.issues.put(sealed)
    states = runtime.ledger.tally(issue).states
    return Corrected(
        composed=replace(newsroom.review(runtime, sealed), superseded=waits),
        corrects=issue,
        open=sum(states.get(state, 0) for state in _OPEN),
    )


def _freeze(runtime: Runtime, corrected: Frozen, note: Note, without: Sequence[str], *, rates_anew: bool) -> Frozen:
    newsletter = NewsletterId(corrected.newsletter.id)
    articles = runtime.shelf_view.standing_at([article.position for article in corrected.articles])
    return correction_of(
        corrected,
        number=runtime.numbers.next_number(newsletter),
        note=note,
        articles=articles,
        journalists=runtime.roster.journalists(),
        sender=runtime.newsletters.newsletter(newsletter).sender,
        rates=_rates_now(runtime, corrected) if rates_anew else None,
        without=taken_out(corrected, articles, without),
        at=runtime.clock.now(),
    )


def _rates_now(runtime: Runtime, corrected: Frozen) -> RateSnapshot:
    wanted, on = corrected.newsletter.rates, corrected.issue_date
    return snapshot_for(wanted.currencies, wanted.base, book=runtime.rate_book, on=on, rules=wanted.rules)


def _waiting(runtime: Runtime, newsletter: str, issue: IssueId) -> IssueId | None:
    """Return the correction of the same issue that awaits approval, whose place the new one takes."""
    for row in runtime.issues.rows(newsletter):
        if row.corrects == issue and row.state is IssueState.AWAITING_APPROVAL:
            return row.id
    return None


def _what_to_do(row: IssueRow) -> str:
    if row.corrects is not None and row.state is IssueState.AWAITING_APPROVAL:
        return f"It is itself a correction; make it anew: digest issue correct {row.corrects}"
    if row.state is IssueState.AWAITING_APPROVAL:
        return f"Nobody got it yet: mend what is wrong, and digest issue compose {row.newsletter}"
    if row.state is IssueState.APPROVED:
        return f"Nobody got it yet. When it is being sent or was sent it can be corrected: digest issue send {row.id}"
    return "Only an issue that is being sent, or was sent, can be corrected: digest issue list"


def unfinished_corrections(runtime: Runtime, newsletter: NewsletterId) -> list[IssueId]:
    """Return the newsletter's corrections that were approved, not all sent yet, and not stopped; the oldest first."""
    open_states = (IssueState.APPROVED, IssueState.SENDING)
    rows = [row for row in runtime.issues.rows(newsletter) if row.corrects is not None and row.state in open_states]
    return [row.id for row in reversed(rows) if stop_of(runtime, row.id) is None]
