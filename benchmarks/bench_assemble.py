"""Compile once, assemble per reader: against one Jinja render and inlining per reader, and against a bare join."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

from benchmarks.clockwork import compare
from digest.compose.grouping import contents_of
from digest.compose.issue import Contents, Frozen, Section
from digest.ids import DeliveryId, JournalistId, SubscriberId
from digest.render.assembly import assemble, fill
from digest.render.rendition import Slots
from digest.render.steps import render_alone, seal
from digest.resources import templates_dir
from digest.send.ledger import Claim
from digest.send.letter import Letters
from digest.send.mail import Mail
from digest.send.mime import to_bytes
from tests.builders import a_frozen_issue, a_journalist, a_newsletter, an_article
from tests.fakes import NOON

JOURNALISTS = tuple(f"journalist-{number}" for number in range(8))
PER_JOURNALIST = 5
BODIES = 2_000
ALONE = 3


def an_issue() -> Frozen:
    """Return an issue of forty articles by eight journalists."""
    articles = [
        an_article(
            1 + place * PER_JOURNALIST + number,
            by=journalist,
            title=f"The reservoir's level fell again, and number {number} asks why",
            text="Nobody had expected the river to be this low in December. " * 12,
            at=NOON - timedelta(hours=number),
        )
        for place, journalist in enumerate(JOURNALISTS)
        for number in range(PER_JOURNALIST)
    ]
    return a_frozen_issue(
        *articles,
        newsletter=a_newsletter(journalists=JOURNALISTS),
        journalists=[a_journalist(slug) for slug in JOURNALISTS],
    )


def all_of_it(frozen: Frozen) -> Contents:
    """Return the contents of a reader who follows everybody."""
    sections = [
        Section(
            journalist=JournalistId(slug),
            positions=tuple(one.position for one in frozen.articles if one.bylines[0].journalist == slug),
        )
        for slug in JOURNALISTS
    ]
    return contents_of(frozen, "en", sections)


def _as_mails(frozen: Frozen, contents: Contents) -> dict[str, tuple[Callable[[], None], int]]:
    """Return how to write whole mails, and to join as many bytes with as many values of each reader's own.

    The values of the bare join are bytes already, and stand where they stand in the mail: nothing is left but the join.
    """
    letters = Letters(seal(frozen, templates=templates_dir()), public_url="https://digest.example.org")
    mails = [letters.write(_claim(contents, number), at=NOON) for number in range(BODIES)]
    whole = to_bytes(mails[0])
    pieces = re.split(b"(%s)" % b"|".join(map(re.escape, _own(mails[0]))), whole)
    first = _own(mails[0])
    own = [[_own(mail)[first.index(one)] for one in pieces[1::2]] for mail in mails]

    def written() -> None:
        for mail in mails:
            to_bytes(mail)

    def joined() -> None:
        for values in own:
            said = pieces.copy()
            said[1::2] = values
            b"".join(said)

    limit = f"limit: bare join of {len(whole) // 1000} KB, {len(pieces) // 2} values of a reader's own"
    return {"whole mails as MIME bytes, both parts": (written, BODIES), limit: (joined, BODIES)}


def _own(mail: Mail) -> list[bytes]:
    """Return whatever is one reader's own in a mail."""
    return [
        format_datetime(mail.sent_at).encode(),
        *(one.encode() for one in (mail.to_name, mail.to_address, mail.token)),
    ]


def _claim(contents: Contents, number: int) -> Claim:
    return Claim(
        id=DeliveryId(f"{number:022}"),
        subscriber=SubscriberId(number),
        address=f"reader{number}@example.org",
        name=f"Reader {number}",
        token=f"{number:022}",
        contents=contents,
    )


def main() -> None:
    """Print bodies per second."""
    frozen = an_issue()
    contents = all_of_it(frozen)
    rendition = seal(frozen, templates=templates_dir()).renditions[0]
    draft = assemble(rendition, contents)
    readers = [
        Slots(
            name=f"Reader {number}",
            unsubscribe_url=f"https://digest.example.org/u/{number:022}",
            preferences_url=f"https://digest.example.org/r/{number:022}",
            browser_url="https://digest.example.org/i/issue",
            web_url="https://digest.example.org/i/issue",
        )
        for number in range(BODIES)
    ]
    body = fill(draft, readers[0])

    def filled() -> None:
        for slots in readers:
            fill(draft, slots)

    def assembled() -> None:
        for slots in readers[: BODIES // 10]:
            fill(assemble(rendition, contents), slots)

    def alone() -> None:
        for slots in readers[:ALONE]:
            render_alone(frozen, contents, slots, templates=templates_dir())

    compare(
        f"Bodies of {len(body.html) // 1000} KB HTML with 40 articles",
        "bodies",
        {
            "one Jinja render and inlining per reader": (alone, ALONE),
            "assemble and fill, nothing shared": (assembled, BODIES // 10),
            "fill only: readers with equal contents": (filled, BODIES),
            **_as_mails(frozen, contents),
        },
    )
