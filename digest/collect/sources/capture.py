"""Captures: the text of an author's page, as a person or a browser saved it.

What stands in one, top to bottom: the ticker, the page's date, a breadcrumb ("Our People > NAME"), "NAME's Avatar", the
name again, a role, a bio, "Articles", and then title, text and relative date of each article. Everything but the
articles may be missing, and so may any part of an article but its title.
"""

from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, Page
from digest.collect.sources.capture_blocks import read_articles
from digest.collect.sources.capture_head import read_head
from digest.collect.sources.capture_lines import read_lines
from digest.collect.sources.ticker import is_ticker, read_pairs
from digest.collect.web import Request, Response
from digest.errors import ParseError


class CaptureReader:
    """Reads text captures. Nothing in them has an address, so no article gets one."""

    kind: SourceKind = SourceKind.CAPTURE

    def first(self, ref: str) -> Request:
        """Return the request for the capture at ``ref``, mostly a file's path."""
        return Request(ref=ref, accept="text/plain, */*;q=0.1")

    def read(self, response: Response, assume: Assume) -> Page:
        """Read a capture.

        The page's date is a whole day in the outlet's zone, and the base of the relative dates; without one the base
        is ``assume.now``, with a warning. A page of a journalist without any article is a page with a warning.

        :raises ParseError: empty, no text, or neither a journalist nor an article in it.
        """
        lines = read_lines(response)
        rates, warnings = read_pairs(lines)
        head = read_head([line for line in lines if not is_ticker(line)])
        articles, remarks = read_articles(head, assume)
        notes = [*warnings, *remarks]
        if head.journalist is None:
            if not articles:
                raise ParseError(
                    response.ref,
                    "no journalist and no article could be found in this text",
                    advice="A capture is the visible text of an author's page.",
                )
            notes.append("This is no author's page: it names no journalist.")
        elif not articles:
            notes.append("The page names a journalist, but shows no article.")
        return Page(
            kind=self.kind,
            journalist=head.journalist,
            page_date=head.page_date,
            articles=tuple(articles),
            rates=rates,
            warnings=tuple(notes),
        )
