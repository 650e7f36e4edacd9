"""What looking at an issue's links and pictures says of them. Pure: the looking itself was done before.

A link that leads nowhere is an error. Where a site lets no program look (a robots.txt, a login, a challenge), nobody
knows: a warning, and nothing for sites that an editor says are known for it. A picture that is not there is a warning:
its words stand in for it.
"""

from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from digest.collect.web import LinkLook
from digest.compose.issue import Frozen
from digest.render.preflight.findings import Finding, a_warning, an_error
from digest.render.tidy import picture_address, web_address

_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


def links_of(frozen: Frozen) -> tuple[str, ...]:
    """Return the distinct addresses that an issue's articles link to, in printing order."""
    found = (web_address(article.url) for article in frozen.articles)
    return tuple(dict.fromkeys(address for address in found if address is not None))


def pictures_of(frozen: Frozen) -> tuple[str, ...]:
    """Return the distinct addresses of the pictures in an issue's mails: portraits, and the newsletter's logo."""
    found = [picture_address(journalist.avatar_url) for journalist in frozen.journalists]
    logo = frozen.newsletter.theme.logo
    found.append(picture_address(logo.url) if logo is not None else None)
    return tuple(dict.fromkeys(address for address in found if address is not None))


def of_picture_looks(frozen: Frozen, looks: Mapping[str, LinkLook]) -> Iterator[Finding]:
    """Say which of an issue's pictures are not there, or are so large that a phone waits for them."""
    for address in pictures_of(frozen):
        look, where = looks.get(address), f"html, {address}"
        if look is None:
            continue
        if look.status in _GONE or (look.status is None and look.is_gone):
            said = f"the site answers {look.status}" if look.status is not None else look.why
            yield a_warning("broken-picture", where, f"It is not there ({said}): mend the address, or leave it out.")
        elif look.status == HTTPStatus.OK and look.why:
            yield a_warning("heavy-picture", where, f"{look.why}: give a smaller one, as many read on a phone.")


def of_link_looks(
    frozen: Frozen, looks: Mapping[str, LinkLook], *, unchecked_sites: Collection[str] = ()
) -> Iterator[Finding]:
    """Say which of an issue's links lead nowhere, elsewhere, or could not be looked at."""
    for address in links_of(frozen):
        look = looks.get(address)
        if look is not None:
            yield from _of_look(look, is_known_for_it=_host(address) in unchecked_sites)


def _of_look(look: LinkLook, *, is_known_for_it: bool) -> Iterator[Finding]:
    where = f"html, {look.url}"
    if look.status in _GONE:
        yield an_error("broken-link", where, f"The site answers {look.status}: mend the address, or take it out.")
    elif look.status is None and look.is_gone:
        yield an_error("broken-link", where, f"Nobody answers there: {look.why}.")
    elif look.status is not None and look.status < HTTPStatus.BAD_REQUEST:
        if look.leads_to is not None:
            yield a_warning("moved-link", where, f"It leads on to {look.leads_to}.")
    elif not is_known_for_it:
        said = look.why or f"the site answers {look.status} to programs"
        yield a_warning("unchecked-link", where, f"Look at it yourself: {said}.")


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
