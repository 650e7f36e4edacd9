"""A short builder of mails."""

from hashlib import sha256
from typing import Any

from digest.ids import DeliveryId, Sha256
from digest.render.assembly import Draft, Reach
from digest.send.mail import Common, Mail
from tests.fakes import NOON

DELIVERY = DeliveryId("Zm9vYmFyYmF6cXV4MTIzNA")


def a_draft(subject: str, html: str | None, text: str) -> Draft:
    """Return a draft without any open slot: all its readers get these very parts, or text alone."""
    return Draft(
        key=Sha256(sha256(repr((subject, html, text)).encode()).hexdigest()),
        subject=subject,
        html=() if html is None else (html,),
        text=(text,),
        to_html=("",),
        to_text=("",),
        html_reach=Reach.BEYOND,
        text_reach=Reach.BEYOND,
    )


def a_mail(
    delivery: str = DELIVERY,
    *,
    subject: str = "Snow closes the Medeu road",
    html: str | None = "<!doctype html><html><body><p>Snow – снег</p></body></html>",
    text: str = "Snow – снег\n",
    **changes: Any,
) -> Mail:
    """Return a mail in English and Russian; ``changes`` name what the test is about."""
    common: dict[str, Any] = {
        "draft": a_draft(subject, html, text),
        "from_name": "The Morning Brief",
        "from_address": "brief@news.example.org",
        "reply_to": "desk@example.org",
        "headers": {"List-Unsubscribe": "<https://digest.example.org/u/0123456789012345678901>"},
        "return_path": None,
        "categories": (),
    }
    common |= {name: changes.pop(name) for name in tuple(changes) if name in common}
    common["headers"] = {name: (value,) for name, value in common["headers"].items()}
    if common["return_path"] is not None:
        common["return_path"] = (common["return_path"],)
    values: dict[str, Any] = {
        "delivery": DeliveryId(delivery),
        "to_name": "Reader 1",
        "to_address": "reader1@example.org",
        "token": "0123456789012345678901",
        "sent_at": NOON,
        "common": Common(sender_domain="news.example.org", **common),
    }
    return Mail(**(values | changes))
