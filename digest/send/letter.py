"""The mail for one claimed delivery: the sealed issue's own bytes, the reader's slots, the list headers. Pure."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import repeat
from threading import Lock
from typing import Final
from urllib.parse import quote

from digest.audience.links import LinkKeys, Purpose, keys_for
from digest.compose.issue import Contents
from digest.compose.sending import Sending
from digest.ids import DeliveryId, IssueId, Sha256
from digest.render.assembly import TOKEN, VIEW, assemble, with_links, with_view
from digest.render.marks import Pieces, open_up, slot
from digest.render.rendition import Rendition, Sealed, Slots
from digest.send.ledger import Claim
from digest.send.mail import DELIVERY, Common, Mail
from digest.send.mime import ascii_domain, is_plain, one_line, quoted
from digest.send.return_path import ReturnPath
from digest.send.view_link import view_of

#: Which contents a mail holds, for support and for the gallery. Says nothing about the reader.
CONTENTS_HEADER: Final = "X-Digest-Contents"
#: How many assembled bodies are kept at hand: readers with equal contents mostly come close together.
_KEPT: Final = 256
#: Letters that need no escape in a URL (RFC 3986 section 2.3, "unreserved").
_URL_SAFE: Final = re.compile("[A-Za-z0-9_.~-]*")


class Letters:
    """Writes the mails of one sealed issue, from several threads. A body is assembled once for all who share it."""

    def __init__(
        self,
        sealed: Sealed,
        *,
        public_url: str,
        return_path: str | None = None,
        sending: Sending = Sending(),  # noqa: B008 - a frozen value
        link_keys: LinkKeys | None = None,
        leave_view_open: bool = False,
    ) -> None:
        """Write for ``sealed``; every link to us begins with ``public_url`` (no slash at its end).

        ``return_path`` is where the newsletter's bounces go, if it has a mailbox for them. Of ``sending`` only this is
        heeded here: what a provider may track, and what it counts the mails under. ``link_keys`` sign each reader's
        links, so that a fresh mail's may change something; without them they are for looking and for leaving. They also
        sign the address at which a browser shows what a mail holds; without them that is the whole issue's. With
        ``leave_view_open`` its end is left open, as the slot ``view``.
        """
        self._sealed = sealed
        self._sending = sending
        self._link_keys = link_keys
        self._leave_view_open = leave_view_open
        self._return_path = None if return_path is None else ReturnPath(return_path)
        self._public_url = public_url.rstrip("/")
        self._commons: OrderedDict[Sha256, Common] = OrderedDict()
        self._lock = Lock()  # of the commons

    def of_other_renditions(self, renditions: tuple[Rendition, ...]) -> "Letters":
        """Return what writes the same mails from other renditions of the issue.

        Left open in them, as the slot ``view``, is what the address of each body in a browser ends in.
        """
        return Letters(
            replace(self._sealed, renditions=renditions),
            public_url=self._public_url,
            sending=self._sending,
            link_keys=self._link_keys,
            leave_view_open=True,
        )

    def view(self, contents: Contents) -> str:
        """Return what the address of these contents in a browser ends in; empty where none can be signed."""
        return "" if self._link_keys is None else view_of(contents, self._sealed.frozen, keys=self._link_keys)

    def write(self, claim: Claim, *, at: datetime) -> Mail:
        """Return the mail for one claim, dated ``at`` (UTC).

        :raises RenderError: the issue was not rendered in the locale and look of these contents.
        """
        return self.write_all([claim], at=at)[0]

    def write_all(self, claims: Sequence[Claim], *, at: datetime) -> list[Mail]:
        """Return the mails for claims, in their order, dated ``at`` (UTC).

        :raises RenderError: the issue was not rendered in the locale and look of some contents.
        """
        tokens = [claim.token for claim in claims]
        if not _URL_SAFE.fullmatch("".join(tokens)):
            tokens = [quote(token, safe="") for token in tokens]
        keys = repeat("") if self._link_keys is None else keys_for(Purpose.MAIL, tokens, keys=self._link_keys, at=at)
        commons: dict[int, Common] = {}  # readers of equal contents are claimed with the same ones
        mails = []
        for (id_, _subscriber, address, name, _token, contents), token, key in zip(claims, tokens, keys, strict=False):
            common = commons.get(id(contents))
            if common is None:
                with self._lock:
                    common = commons[id(contents)] = self._commons.get(contents.key) or self._common(contents)
            mails.append(Mail(id_, name, address, token, at, common, key))
        return mails

    def _common(self, contents: Contents) -> Common:
        frozen, rendition = self._sealed.frozen, self._sealed.rendition_for(contents)
        sender, mark = frozen.newsletter.sender, rendition.mark
        slots = slots_for(slot(mark, TOKEN), issue=frozen.id, public_url=self._public_url)
        draft = assemble(rendition, contents)
        if self._sending.track_clicks:
            draft = replace(draft, html=_untracked(draft.html))
        draft = with_links(draft, self._with_view(slots, mark), mark)
        if not self._leave_view_open:
            draft = with_view(draft, self.view(contents))
        bounces = None if self._return_path is None else self._return_path.of(DeliveryId(slot(mark, DELIVERY)))
        common = self._commons[contents.key] = Common(
            draft=draft,
            from_name=sender.name,
            from_address=sender.address,
            sender_domain=ascii_domain(sender.address),
            reply_to=sender.reply_to,
            headers={name: open_up(value, mark) for name, value in self._headers(contents, slots, mark).items()},
            return_path=None if bounces is None else open_up(bounces, mark),
            categories=tuple(dict.fromkeys((frozen.newsletter.id, *self._sending.categories))),
            track_opens=self._sending.track_opens,
            track_clicks=self._sending.track_clicks,
        )
        if len(self._commons) > _KEPT:
            self._commons.popitem(last=False)
        return common

    def _with_view(self, slots: Slots, mark: str) -> Slots:
        """Return the links with the address of a body in a browser, if one can be signed; its end is a slot."""
        return slots if self._link_keys is None else replace(slots, browser_url=f"{slots.web_url}/{slot(mark, VIEW)}")

    def _headers(self, contents: Contents, slots: Slots, mark: str) -> dict[str, str]:
        newsletter = self._sealed.frozen.newsletter
        mailto = None if self._return_path is None else self._return_path.mailto(slot(mark, TOKEN))
        return {
            "List-Id": list_id(newsletter.name, f"{newsletter.id}.{ascii_domain(newsletter.sender.address)}"),
            **unsubscribe_headers(slots.unsubscribe_url, mailto),
            "Archived-At": f"<{slots.web_url}>",  # RFC 5064
            CONTENTS_HEADER: contents.key,
        }


def _untracked(html: Pieces) -> Pieces:
    """Mark the links of ours that a provider must leave alone: who follows one of them wants to leave, or to choose.

    ``clicktracking=off`` is SendGrid's word for it.
    """
    marked = list(html)
    for place in range(1, len(html), 2):
        before, link, inside = html[place - 1].rpartition("<a ")
        if html[place].endswith("_url") and link and ">" not in inside:
            marked[place - 1] = f'{before}<a clicktracking="off" {inside}'
    return tuple(marked)


def slots_for(token: str, *, issue: IssueId, public_url: str) -> Slots:
    """Return the links of the subscription of that ``token``; all are absolute."""
    return Slots(
        name="",
        unsubscribe_url=f"{public_url}/u/{token}",
        preferences_url=f"{public_url}/r/{token}",
        browser_url=f"{public_url}/i/{issue}",
        web_url=f"{public_url}/i/{issue}",
    )


def list_id(name: str, identifier: str) -> str:
    """Return a List-Id (RFC 2919): the ``identifier`` in angle brackets, after the name where that is plain ASCII."""
    shown = one_line(name)
    return f"{quoted(shown)} <{identifier}>" if shown and is_plain(shown) else f"<{identifier}>"


def unsubscribe_headers(url: str, mailto: str | None = None) -> dict[str, str]:
    """Return the headers for leaving with one click (RFC 2369, RFC 8058), or by a mail to where ``mailto`` leads.

    One-click is promised for HTTPS only, as RFC 8058 section 3.1 demands; otherwise the link opens a page.
    """
    headers = {"List-Unsubscribe": f"<{url}>" if mailto is None else f"<{url}>, <{mailto}>"}
    if url.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
