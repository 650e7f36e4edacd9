"""A sent issue as everybody may read it: the sealed bytes of its mails, with nobody's name and nobody's links. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from digest.compose.grouping import best_locale
from digest.compose.issue import Contents, Frozen, IssueState
from digest.compose.whole import whole
from digest.ids import IssueId
from digest.render.assembly import assemble, fill
from digest.render.rendition import Body, Sealed, Slots

#: What everybody may read: what was mailed, or is being mailed. What awaits approval is the editor's alone.
OPEN_STATES: Final = frozenset({IssueState.SENDING, IssueState.SENT})


class ShownContents(Protocol):
    """What the store knows of the contents of mails that are shown in a browser."""

    def shown(self, issue: IssueId, beginning: str) -> Contents | None:
        """Return the contents whose key begins so; ``None`` if there are none, or if all who had them were erased."""
        ...


def open_letter(sealed: Sealed, locale: str, *, public_url: str) -> Body:
    """Return the whole issue in one of the locales that it was rendered in, in the newsletter's own look.

    Where a reader's mail has their own links, this leads to pages that say so: ``/u`` to leave, ``/r`` to choose.

    :raises RenderError: a block is not there that the issue's own contents ask for.
    """
    return open_body(sealed, whole(sealed.frozen, locale), public_url=public_url)


def open_body(sealed: Sealed, contents: Contents, *, public_url: str) -> Body:
    """Return the body that readers of these contents were sent, with nobody's name and nobody's links.

    Of contents that were mailed as text alone it is what stands in the HTML of others who chose their look.

    :raises RenderError: the issue was not rendered so, or a block is not there that the contents ask for.
    """
    issue = sealed.frozen.id
    slots = Slots(
        name="",
        unsubscribe_url=f"{public_url}/u",
        preferences_url=f"{public_url}/r",
        browser_url=f"{public_url}/i/{issue}",
        web_url=f"{public_url}/i/{issue}",
    )
    return fill(assemble(sealed.rendition_for(contents), replace(contents, text_only=False)), slots)


def headlines(frozen: Frozen) -> tuple[str, ...]:
    """Return the headlines of the whole issue, in printing order."""
    titles = {article.position: article.title for article in frozen.articles}
    return tuple(titles[position] for position in whole(frozen, frozen.newsletter.locales[0]).positions)


def served_locale(wanted: Sequence[str], offered: Sequence[str]) -> str:
    """Return the ``offered`` locale for the first language of the ``wanted`` that is among them, else the first."""
    languages = {tag.casefold().partition("-")[0] for tag in offered}
    served = (tag for tag in wanted if tag.casefold().replace("_", "-").partition("-")[0] in languages)
    return best_locale(next(served, offered[0]), offered)
