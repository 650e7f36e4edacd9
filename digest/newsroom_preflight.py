"""The last look over an open ``Runtime``: what preflight finds in an issue, and what an editor lets pass."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from digest.compose.issue import Contents, Frozen
from digest.config import Settings
from digest.errors import WrongUse
from digest.ids import IssueId
from digest.render.preflight import (
    Finding,
    House,
    Waiver,
    links_of,
    of_headers,
    of_link_looks,
    of_picture_looks,
    pictures_of,
    preflight_issue,
    with_waivers,
)
from digest.render.preflight.findings import a_warning
from digest.render.rendition import Sealed
from digest.send.specimen import specimens
from digest.wiring import Runtime

#: A link is not looked at again for so long, and what was found counts for so long.
LOOKED_AT_LATELY: Final = timedelta(hours=6)
LOOKS_LAST: Final = timedelta(hours=24)
#: With these hosts an address means this machine alone: to rehearse with, and no reader can follow it.
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """What preflight found in an issue, errors first, those with an editor's word among them."""

    issue: IssueId
    hash: str
    bodies: int
    findings: tuple[Finding, ...]

    @property
    def is_fit(self) -> bool:
        """Whether the issue may be approved."""
        return not any(finding.is_error for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "issue": self.issue,
            "hash": self.hash,
            "bodies": self.bodies,
            "is_fit": self.is_fit,
            "findings": [finding.as_json() for finding in self.findings],
        }


def findings_of(runtime: Runtime, sealed: Sealed, contents: Sequence[Contents]) -> tuple[Finding, ...]:
    """Return what preflight finds in an issue and in the bodies of these contents."""
    newsletter = sealed.frozen.newsletter
    sending = runtime.newsletters.sending(newsletter.id)
    house = House(required_words=sending.required_words, tracks_clicks=sending.track_clicks)
    looks = runtime.link_looks.looks(_looked_at(sealed.frozen), since=runtime.clock.now() - LOOKS_LAST)
    found = (
        *preflight_issue(sealed, contents, house=house),
        *of_link_looks(sealed.frozen, looks, unchecked_sites=sending.unchecked_sites),
        *of_picture_looks(sealed.frozen, looks),
        *of_our_own_address(runtime.settings),
        *_of_headers(runtime, sealed, contents[:1]),
    )
    errors_first = sorted(found, key=lambda finding: finding.severity)
    return with_waivers(errors_first, runtime.waivers.waivers(sealed.frozen.id))


async def look_at_links(runtime: Runtime, frozen: Frozen) -> int:
    """Look at the issue's links and pictures that were not looked at lately, all sites at once; return how many.

    What is found is kept for a day, so that approving asks nobody.
    """
    since = runtime.clock.now() - LOOKED_AT_LATELY
    links = _looked_at(frozen)
    lately = runtime.link_looks.looks(links, since=since)
    asked = [link for link in links if link not in lately]
    if asked:
        async with runtime.open_scout() as scout:
            runtime.link_looks.keep(await asyncio.gather(*(scout.look(link) for link in asked)))
    return len(asked)


def _looked_at(frozen: Frozen) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*links_of(frozen), *pictures_of(frozen))))


def wants_looks(runtime: Runtime, frozen: Frozen) -> bool:
    """Tell whether the newsletter wants its links looked at."""
    return runtime.newsletters.sending(frozen.newsletter.id).check_links


def _of_headers(runtime: Runtime, sealed: Sealed, contents: Sequence[Contents]) -> Iterator[Finding]:
    """Look at the headers of a mail as it would leave; those of one issue differ in the reader's token alone."""
    public_url = runtime.settings.public_url
    for mail in specimens(sealed, contents, at=runtime.clock.now(), public_url=public_url):
        yield from of_headers(mail.headers, public_url)


def of_our_own_address(settings: Settings) -> Iterator[Finding]:
    """Look at the address that all links to us begin with: without https there is no leaving with one click."""
    address = urlsplit(settings.public_url)
    if address.scheme != "https" and address.hostname not in _THIS_MACHINE:
        advice = "Set DIGEST_PUBLIC_URL to an https address: mail programs promise one-click leaving for nothing else."
        yield a_warning("no-one-click", "headers, List-Unsubscribe-Post", advice)


def waive(runtime: Runtime, issue: IssueId, findings: Sequence[Finding], *, name: str, by: str, why: str) -> None:
    """Let findings of one ``name`` pass in an issue that awaits approval; ``findings`` are what it has.

    :raises WrongUse: the issue has no finding of that name, or who says so gives no reason.
    :raises NotInThisState: it does not await approval any more.
    """
    names = sorted({finding.name for finding in findings})
    if name not in names:
        raise WrongUse(
            f"Preflight finds no {name!r} in {issue}.",
            advice=f"It finds: {', '.join(names)}." if names else "There is nothing to let pass.",
        )
    if not by.strip() or not why.strip():
        raise WrongUse("Who lets a finding pass says who they are, and why.", advice="Use --by NAME --why REASON.")
    runtime.waivers.waive(issue, Waiver(name=name, by=by.strip(), why=why.strip(), at=runtime.clock.now()))
