"""A rendition: one issue in one locale and look, rendered and inlined once, cut into segments.

A reader's part is a join of segments; what differs from reader to reader is a slot, filled last.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.compose.issue import Contents, Frozen
from digest.errors import RenderError
from digest.ids import IssueId, Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a mail (subject, text or HTML), cut: ``segments`` by name, and the names of ``slots`` in them."""

    segments: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One issue in one locale and look. ``mark`` is the secret word that slots and block marks are spelled with."""

    issue: IssueId
    locale: str
    look: str
    mark: str
    subject: Part
    html: Part
    text: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A frozen issue with its renditions: exactly what an editor approves.

    ``snapshot`` is the canonical JSON of ``frozen``; ``hash`` covers the snapshot, the template revision and every
    byte of every rendition.
    """

    frozen: Frozen
    snapshot: str
    template_revision: Sha256
    renditions: tuple[Rendition, ...]
    hash: Sha256

    def rendition_for(self, contents: Contents) -> Rendition:
        """Return the rendition that these contents are assembled from.

        :raises RenderError: the issue was not rendered in their locale and look.
        """
        for one in self.renditions:
            if (one.locale, one.look) == (contents.locale, contents.look):
                return one
        raise RenderError(
            f"Issue {contents.issue} was not rendered in locale {contents.locale!r} and look {contents.look!r}.",
            advice="Compose the issue again.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """What is filled in for one reader, last of all. URLs are absolute.

    ``browser_url`` shows what the mail holds, ``web_url`` the whole issue.
    """

    name: str
    unsubscribe_url: str
    preferences_url: str
    browser_url: str
    web_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A finished subject, HTML and text."""

    subject: str
    html: str
    text: str
