"""Why there is no issue: one sentence that leaves nobody puzzled, least of all a newcomer. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from digest.audience.may_mail import may_mail
from digest.audience.reader import Follow, Reader
from digest.collect.article import Article
from digest.compose.due import Coming, due
from digest.compose.issue import Frozen, NotDue
from digest.compose.selection import candidates, instant_of, is_too_old, owed_from
from digest.ids import GROUND, Position

_WAITING: Final = {
    NotDue.FREQUENCY: "by their pace or their hour",
    NotDue.PAUSED: "paused",
    NotDue.QUIET_DAY: "on a quiet day of theirs",
    NotDue.TOO_LATE: "their hour missed",
    NotDue.EARLIER_ISSUE: "for a mail of an earlier issue",
}


def why_skipped(frozen: Frozen, readers: Iterable[Reader], articles: Sequence[Article], issue: Coming) -> str:
    """Say why nobody is owed anything of ``frozen``; ``articles`` are those it was made from, the too old ones, too.

    ``readers`` are gone through once, and only those who differ are kept. ``issue`` says when it comes out.
    """
    everybody = mailable = following = 0
    waiting: Counter[NotDue] = Counter()
    alike: dict[tuple[Position, tuple[Follow, ...]], Reader] = {}
    for reader in readers:
        everybody += 1
        if may_mail(reader) is None:
            mailable += 1
            when = due(reader, issue) if reader.follows else None
            if isinstance(when, NotDue):
                waiting[when] += 1
            elif when is not None:
                following += 1
                alike[reader.cursor, reader.follows] = reader
    if not everybody:
        return "the list has no reader"
    if not mailable:
        return "nobody on the list may be mailed"
    if not following and not waiting:
        return "nobody who may be mailed follows anybody"
    wait = [f"{count:,} {_WAITING[why]}" for why, count in sorted(waiting.items())]
    if not following:
        return f"it is nobody's turn: {_counted(waiting.total())} ({', '.join(wait)})"
    because = _because(frozen, alike.values(), following, articles)
    others = f"{_counted(waiting.total())} ({', '.join(wait)})"
    whom = f"any reader whose turn it is, and {others}" if wait else "any reader"
    return f"nothing new for {whom}: {because}" if because else f"nothing new for {whom}"


def _counted(waiting: int) -> str:
    return "1 reader waits" if waiting == 1 else f"{waiting:,} readers wait"


def _because(frozen: Frozen, readers: Collection[Reader], count: int, articles: Sequence[Article]) -> str:
    """Say what is behind it, or nothing where these ``readers`` simply have it all already.

    They are ``count`` in all; of those who are alike, one stands for the others.
    """
    if frozen.height == GROUND:
        return "no article has been read yet"
    too_old = _too_old(frozen, readers, articles)
    if too_old:
        what = "1 article is" if too_old == 1 else f"{too_old} articles are"
        limit = frozen.newsletter.selection.max_age_days
        return f"{what} older than the newsletter's limit of {limit} days (max_age_days)"
    if all(_has_just_joined(reader) for reader in readers):
        who = "the only one who can be" if count == 1 else f"all {count} who can be"
        return (
            f"{who} mailed joined after the newest article, and what comes from then on is theirs (whoever joins by"
            " digest audience import --from-start gets what is there already)"
        )
    return ""


def _too_old(frozen: Frozen, readers: Iterable[Reader], articles: Sequence[Article]) -> int:
    """Count the articles that somebody would be owed, were they younger."""
    limit = frozen.newsletter.selection.max_age_days
    old = tuple(article for article in articles if is_too_old(article, limit, at=frozen.composed_at))
    if not old:
        return 0
    when_all_were_young = min(instant_of(article) for article in old)
    uncapped = replace(frozen.newsletter.selection, per_journalist=len(old), total=len(old))
    newsletter = replace(frozen.newsletter, selection=uncapped)
    found = candidates(replace(frozen, newsletter=newsletter, articles=old, composed_at=when_all_were_young))
    owed: set[Position] = set()
    for reader in readers:
        for section in owed_from(found, reader, newsletter):
            owed.update(section.positions)
    return len(owed)


def _has_just_joined(reader: Reader) -> bool:
    """Tell whether no issue has reached this reader since their follows began, above the ground."""
    begun = min(follow.since for follow in reader.follows)
    return begun > GROUND and reader.cursor <= begun
