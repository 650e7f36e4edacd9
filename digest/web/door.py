"""What every page needs: the open runtime, the pages, and the form that was sent."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request

from digest.audience.reader import Membership
from digest.compose.newsletter import Newsletter, Sender
from digest.config import Archive
from digest.ids import NewsletterId
from digest.web.forms import MOST_BYTES, Form, read_form
from digest.web.pages import Pages
from digest.wiring import Runtime

#: A page that is read has no side effects, whoever reads it: HEAD is GET without the words.
READ: Final = ["GET", "HEAD"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What every page needs."""

    runtime: Runtime
    pages: Pages

    @property
    def is_listed(self) -> bool:
        """Whether there are a list and feeds of the issues that were sent."""
        return self.runtime.settings.archive is not Archive.UNLISTED

    def newsletter_of(self, membership: Membership) -> Newsletter:
        """Return the newsletter that a subscription is to: a list belongs to one.

        A list that its newsletter has given up for another one goes by its own name: links of its readers must work.
        """
        name = membership.list_name
        bygone = Newsletter(
            id=NewsletterId(""), name=name, list_name=name, sender=Sender(name=name, address="", postal_address="")
        )
        return next((one for one in self.runtime.newsletters.newsletters() if one.list_name == name), bygone)


async def sent_form(request: Request) -> Form:
    """Read the form of a request; a body that is larger than any of ours is not read to its end.

    :raises HTTPException: it is too large (413).
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return read_form(request.headers.get("content-type", ""), bytes(body))


SentForm = Annotated[Form, Depends(sent_form)]
