"""What a mail says of issues before it: since when this is all, and what one of them did not bring. Pure."""

from collections.abc import Mapping
from datetime import date

from digest.compose.issue import Frozen
from digest.render.words import Words

#: Sentences by the days of former issues; the one of an issue's own day by ``None``.
Ends = Mapping[date | None, str]
MissedFrom = Mapping[date, str]


def ends_of(frozen: Frozen, words: Words) -> Ends:
    """Return a mail's last sentence by the day up to which its reader has everything; ``None``: there is none.

    A correction is no new issue: its only end is that of its own day.
    """
    own = words.gettext("That is all for %(day)s.") % {"day": words.weekday(frozen.issue_date)}
    since = words.gettext("That is all since the issue of %(day)s.")
    former = () if frozen.corrects is not None else frozen.former
    return {None: own} | {one.on: since % {"day": words.day(one.on, beside=frozen.issue_date)} for one in former}


def missed_from(frozen: Frozen, words: Words) -> MissedFrom:
    """Return by the day of a former issue what is said of an article that it should have brought."""
    message = words.gettext("From the issue of %(day)s, which did not reach you")
    return {one.on: message % {"day": words.day(one.on, beside=frozen.issue_date)} for one in frozen.former}
