"""Readers who all get something else, by SendGrid: one template against a request for every body."""

from collections.abc import Iterator, Sequence
from random import Random
from time import perf_counter
from typing import Final

from benchmarks.bench_assemble import JOURNALISTS, an_issue
from benchmarks.http_sink import sink
from digest.audience.links import LinkKeys
from digest.compose.grouping import contents_of
from digest.compose.issue import Contents, Frozen, Section
from digest.ids import DeliveryId, IssueId, JournalistId, SubscriberId
from digest.rehearsal.sendgrid import KEY, serve
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.send.ledger import Claim
from digest.send.letter import Letters
from digest.send.mail import Mail
from digest.send.mailers.sendgrid.mailer import SendGridMailer, open_sendgrid
from digest.send.mixing import Mixing, mix
from tests.fakes import NOON

READERS: Final = 1_000
BATCH: Final = 1_000
URL: Final = "https://digest.example.org"
LATENCY: Final = 0.1


class Planned:
    """Contents that were planned."""

    def __init__(self, contents: Sequence[Contents]) -> None:
        """Have these."""
        self._contents = contents

    def count(self, _issue: IssueId) -> int:
        """Return how many there are."""
        return len(self._contents)

    def contents(self, _issue: IssueId, *, most: int) -> Iterator[Contents]:
        """Yield them."""
        return iter(self._contents[:most])


def _contents(frozen: Frozen, chance: Random) -> Contents:
    sections = []
    for slug in sorted(chance.sample(JOURNALISTS, 4)):
        theirs = [one.position for one in frozen.articles if one.bylines[0].journalist == slug]
        count = chance.randint(1, len(theirs))
        sections.append(Section(journalist=JournalistId(slug), positions=tuple(theirs[:count])))
    return contents_of(frozen, "en", sections)


def _mails(letters: Letters, contents: Sequence[Contents]) -> list[Mail]:
    claims = [
        Claim(
            id=DeliveryId(f"{number:022}"),
            subscriber=SubscriberId(number),
            address=f"reader{number}@example.org",
            name=f"Reader {number}",
            token=f"{number:022}",
            contents=one,
        )
        for number, one in enumerate(contents)
    ]
    return letters.write_all(claims, at=NOON)


def _send(mailer: SendGridMailer, mails: Sequence[Mail]) -> float:
    start = perf_counter()
    for first in range(0, len(mails), BATCH):
        mailer.submit(mails[first : first + BATCH])
    return perf_counter() - start


def main() -> None:
    """Print requests, and readers per second on one connection."""
    sealed = seal(an_issue(), templates=templates_dir())
    chance = Random(7)  # the same readers every time
    contents = [_contents(sealed.frozen, chance) for _ in range(READERS)]
    bodies = list({one.key: one for one in contents}.values())
    letters = Letters(sealed, public_url=URL, link_keys=LinkKeys(current=b"the key of a benchmark"))
    mails = _mails(letters, contents)
    print(f"\n{READERS:,} readers of {len(bodies):,} contents, answers after {LATENCY * 1000:.0f} ms, one connection")
    with serve() as provider, open_sendgrid(KEY, host=provider.url) as knowing, sink(LATENCY) as host:
        mixing = Mixing(planned=Planned(bodies))
        assert mix(knowing, sealed, mixing, readers=READERS, letters=letters)
        for name, blender in (("by the group", None), ("by a template", knowing._blender)):  # noqa: SLF001
            with open_sendgrid(KEY, host=host, connections=1) as mailer:
                mailer._blender = blender  # noqa: SLF001 - the sink keeps no templates
                few = mails if blender is not None else mails[: READERS // 20]
                seconds = _send(mailer, few)
                requests = sum(len(list(mailer._requests(few[at : at + BATCH]))) for at in range(0, len(few), BATCH))  # noqa: SLF001
            rate = f"{len(few) / seconds:>10,.0f} readers/s"
            print(f"  {name:<16} {rate} {1000 * requests / len(few):>8,.1f} requests for 1,000 readers")


if __name__ == "__main__":
    main()
