"""An issue could not be turned into mail, handed over or accounted for."""

from collections.abc import Sequence
from typing import Any

from digest.errors.base import DigestError


class RenderError(DigestError):
    """An issue could not be turned into mail."""


class MailerError(DigestError):
    """A mailer could not do its work.

    ``answers`` are those for the mails of the batch that were dealt with before it stopped, none if it stopped at once.
    """

    def __init__(self, what: str, *, advice: str = "", answers: Sequence[Any] = ()) -> None:
        """Say ``what`` stopped it, in ``advice`` what to do, and in ``answers`` what became of mails before that."""
        super().__init__(what, advice=advice)
        self.answers = tuple(answers)


class TryLater(MailerError):
    """Whatever ``answers`` does not name was not accepted; safe to ask again after ``after`` seconds."""

    def __init__(
        self, what: str, *, after: float, advice: str = "Run the same command again.", answers: Sequence[Any] = ()
    ) -> None:
        """Say what failed and how long to wait, in seconds."""
        super().__init__(what, advice=advice, answers=answers)
        self.after = after


class Refused(MailerError):
    """Whatever ``answers`` does not name was not accepted, and asking again will not help."""

    def __init__(self, why: str, *, advice: str = "", answers: Sequence[Any] = ()) -> None:
        """Give the provider's own words, without the address."""
        super().__init__(why, advice=advice, answers=answers)
        self.why = why


class Uncertain(MailerError):
    """Asked for the ``batch``, and the answer is unknown; what is neither in it nor in ``answers`` was not asked."""

    def __init__(self, what: str, batch: Sequence[str] = (), *, answers: Sequence[Any] = ()) -> None:
        """Name the delivery ids of the ``batch`` that is in doubt; none means all that ``answers`` does not name."""
        super().__init__(what, advice="Nobody is mailed again before this is settled.", answers=answers)
        self.batch = tuple(batch)


class IssueStopped(DigestError):
    """Somebody stopped the issue, or the post office did by itself, and nobody has resumed it yet."""

    def __init__(self, issue: str, *, by: str, why: str) -> None:
        """Name the ``issue``, who stopped it, and their reason without an end mark."""
        super().__init__(f"{issue} was stopped by {by}: {why}.", advice=f"To go on: digest issue resume {issue}")
        self.issue = issue
        self.by = by
        self.why = why


class LedgerOpen(DigestError):
    """An issue's ledger does not add up yet: somebody is planned, claimed or unaccounted for."""

    def __init__(self, sentence: str) -> None:
        """Give the proof's ``sentence``."""
        super().__init__(sentence, advice="Run the same command again; it finishes the job.")
