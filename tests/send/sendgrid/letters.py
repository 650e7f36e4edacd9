"""Mails as the post office writes them: one body for many readers, each with slots of their own."""

from collections.abc import Sequence

from digest.compose.issue import Contents
from digest.ids import DeliveryId, SubscriberId
from digest.send.ledger import Claim
from digest.send.letter import Letters
from digest.send.mail import Mail
from tests.builders import a_contents, a_section
from tests.fakes import NOON
from tests.send.office import a_sealed

#: Two sets of contents, so two bodies.
TIMUR = a_contents(a_section("timur-aliyev", (3, 2)))
DANA = a_contents(a_section("dana-serikova", (1,)))
LETTERS = Letters(a_sealed(), public_url="https://digest.example.org")


def a_letter(
    number: int = 1, *, contents: Contents = TIMUR, name: str | None = None, address: str = "", of: Letters = LETTERS
) -> Mail:
    """Return the mail to one reader; all but ``number`` alike unless said otherwise."""
    claim = Claim(
        id=DeliveryId(f"delivery-{number:04}"),
        subscriber=SubscriberId(number),
        address=address or f"reader{number}@example.org",
        name=f"Reader {number}" if name is None else name,
        token=f"token-{number:016}",
        contents=contents,
    )
    return of.write(claim, at=NOON)


def letters(count: int, contents: Sequence[Contents] = (TIMUR,)) -> list[Mail]:
    """Return mails to so many readers, whose contents take turns."""
    return [a_letter(number, contents=contents[number % len(contents)]) for number in range(1, count + 1)]
