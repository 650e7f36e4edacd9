"""Readers of many different contents in few requests, where the mailer's provider can show each of them another part.

Asked for before the first claim, in no transaction: what may be in doubt stays what was claimed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

from digest.compose.issue import Contents, IssueState
from digest.errors import MailerError
from digest.ids import DeliveryId, IssueId, Sha256, SubscriberId
from digest.render.assembly import Draft
from digest.render.rendition import Rendition, Sealed
from digest.render.superset import Choice, choice, everything, signed_view, superset
from digest.send.ledger import Claim, IssueRow
from digest.send.letter import Letters

#: As many readers share a batch, and so many of them at least are to share a request: 60 KB of body among a hundred
#: readers weigh as much as what a template is told of each, and a tenth of the requests is worth the four calls that a
#: template takes.
BATCH: Final = 1_000
SMALL_GROUP: Final = 100
_CALLS: Final = 4
#: Of more bodies nobody keeps in mind what a template is told of them: about 500 bytes each.
MOST_BODIES: Final = 100_000
#: So much of an issue's hash names its templates.
HASH_SHOWN: Final = 16
#: So long templates stay after an issue was finished or stopped: the provider may not have made all of its mails yet.
REST: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """All that contents of one locale and look can show, signed with ``mark`` (``superset.py``)."""

    locale: str
    look: str
    mark: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """An issue's contents, as a provider can be told of them. ``choices`` can be gone through once.

    It has for each contents their key, their place in ``everything``, and what they show of it. Contents of text alone
    are not among them: a template has both parts, so these leave group by group.
    """

    issue: IssueId
    hash: Sha256
    everything: tuple[Everything, ...]
    choices: Iterator[tuple[Sha256, int, Choice]]


@runtime_checkable
class Mixer(Protocol):
    """What a mailer has that can hand over mails of different contents together."""

    def mix(self, mixture: Mixture, *, say: Callable[[str], None]) -> None:
        """Do so with the issue's mails from now on; ``say`` is told when that has come to an end.

        :raises MailerError: it cannot; mails leave as they did.
        """
        ...

    def clear_away(self, is_done: Callable[[str], bool]) -> int:
        """Take back what the provider keeps for issues that are done, by the beginnings of their hashes.

        :raises MailerError: it cannot.
        """
        ...


class PlannedContents(Protocol):
    """What the store knows of the contents that were planned for an issue."""

    def count(self, issue: IssueId) -> int:
        """Return how many there are."""
        ...

    def contents(self, issue: IssueId, *, most: int) -> Iterator[Contents]:
        """Yield them, ``most`` at the most, without holding all at once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixing:
    """What mixing needs beside the mailer.

    ``is_done`` is for ``Mixer.clear_away``; ``say`` is told why an issue's mails leave group by group after all.
    """

    planned: PlannedContents
    is_done: Callable[[str], bool] = lambda _hash: False
    say: Callable[[str], None] = lambda _why: None


def pays(readers: int, bodies: int, *, kinds: int) -> bool:
    """Tell whether templates, one for each of ``kinds`` of mails, save requests worth mentioning."""
    batches = -(-readers // BATCH)
    in_a_batch = min(readers, BATCH)
    groups = min(bodies, in_a_batch)
    return in_a_batch < SMALL_GROUP * groups and batches * groups >= 2 * kinds * (batches + _CALLS)


def mix(mixer: Mixer, sealed: Sealed, mixing: Mixing, *, readers: int, letters: Letters) -> bool:
    """Let the mailer hand over different contents together, if that pays and it can; tell whether it does.

    ``readers`` is how many were planned; ``letters`` write the issue's mails.
    """
    issue = sealed.frozen.id
    if not pays(readers, mixing.planned.count(issue), kinds=len(sealed.renditions)):
        return False
    contents = mixing.planned.contents(issue, most=MOST_BODIES)
    try:
        mixer.clear_away(mixing.is_done)  # what earlier runs left behind
        mixer.mix(_mixture(sealed, contents, letters), say=mixing.say)
    except MailerError as error:
        mixing.say(f"Mails leave group by group, not by a template: {error}")
        return False
    return True


def done(
    rows: Iterable[IssueRow], *, at: datetime, stopped: Mapping[IssueId, datetime] = MappingProxyType({})
) -> Callable[[str], bool]:
    """Return what tells by the beginning of an issue's hash whether the issue is done, and its mails are made.

    One that is ``stopped``, since that instant, is done until somebody resumes it: then its templates are made again.
    """
    hashes = {
        row.hash[:HASH_SHOWN]
        for row in rows
        if (since := over_since(row, stopped=stopped)) is not None and since + REST <= at
    }
    return hashes.__contains__


def over_since(row: IssueRow, *, stopped: Mapping[IssueId, datetime]) -> datetime | None:
    """Return since when nobody sends an issue any more that was begun: it is finished, or stopped."""
    match row.state:
        case IssueState.SENT:
            return row.finished_at
        case IssueState.SENDING:
            return stopped.get(row.id)
    return None


def _mixture(sealed: Sealed, contents: Iterator[Contents], letters: Letters) -> Mixture:
    frozen, renditions = sealed.frozen, sealed.renditions
    of_everything = letters.of_other_renditions(tuple(superset(one, frozen) for one in renditions))
    places = {(one.locale, one.look): place for place, one in enumerate(renditions)}
    return Mixture(
        issue=frozen.id,
        hash=sealed.hash,
        everything=tuple(
            Everything(locale=one.locale, look=one.look, mark=one.mark, draft=_draft(of_everything, one, sealed))
            for one in renditions
        ),
        choices=(
            (one.key, place, choice(renditions[place], one, view=letters.view(one)))
            for one in contents
            if not one.text_only and (place := places.get((one.locale, one.look))) is not None
        ),
    )


def _draft(letters: Letters, rendition: Rendition, sealed: Sealed) -> Draft:
    claim = Claim(
        id=DeliveryId(""),
        subscriber=SubscriberId(0),
        address="",
        name="",
        token="",
        contents=everything(rendition, sealed.frozen),
    )
    return signed_view(letters.write(claim, at=sealed.frozen.composed_at).draft, rendition.mark)
