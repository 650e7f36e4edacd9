"""A rendered notice as a mail that any mailer can carry. Pure."""

from datetime import datetime
from hashlib import sha256

from digest.audience.notice import Notice, Welcome
from digest.compose.newsletter import Newsletter
from digest.ids import Sha256
from digest.render.assembly import Draft, Reach
from digest.render.rendition import Body
from digest.send.letter import list_id, unsubscribe_headers
from digest.send.mail import Common, Mail
from digest.send.mime import ascii_domain
from digest.send.return_path import ReturnPath


def notice_mail(
    notice: Notice, body: Body, newsletter: Newsletter, *, at: datetime, return_path: str | None = None
) -> Mail:
    """Return the mail of a notice, dated ``at`` (UTC). ``return_path`` is where the newsletter's bounces go, if any.

    It says of itself that no person wrote it (RFC 3834 section 5), so that nobody's absence answers it. A welcome
    belongs to a list and can be left from (RFC 2919, RFC 8058); the others do not. Nothing in it is tracked.
    """
    sender = newsletter.sender
    domain = ascii_domain(sender.address)
    bounces = None if return_path is None else ReturnPath(return_path)
    headers = {"Auto-Submitted": "auto-generated"}
    if isinstance(notice.message, Welcome):
        token = notice.subscription
        mailto = None if bounces is None or token is None else bounces.mailto(token)
        headers |= {
            "List-Id": list_id(newsletter.name, f"{newsletter.id}.{domain}"),
            **unsubscribe_headers(notice.message.unsubscribe_url, mailto),
        }
    return Mail(
        delivery=notice.id,
        to_name=notice.to_name,
        to_address=notice.to_address,
        token="",
        sent_at=at,
        common=Common(
            draft=_closed(body),
            from_name=sender.name,
            from_address=sender.address,
            sender_domain=domain,
            reply_to=sender.reply_to,
            headers={name: (value,) for name, value in headers.items()},
            return_path=None if bounces is None else (bounces.of(notice.id),),
            categories=(newsletter.id, f"notice-{notice.kind}"),
        ),
    )


def _closed(body: Body) -> Draft:
    """Return a body as a draft in which nothing is open: it is one reader's alone, and guarded already."""
    parts = f"{body.subject}\n{body.html}\n{body.text}"
    return Draft(
        key=Sha256(sha256(parts.encode("utf-8", "replace")).hexdigest()),
        subject=body.subject,
        html=(body.html,),
        text=(body.text,),
        to_html=("",),
        to_text=("",),
        html_reach=Reach.BEYOND,
        text_reach=Reach.BEYOND,
    )
