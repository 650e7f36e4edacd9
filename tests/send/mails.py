"""A short builder of mails."""

from typing import Any

from digest.ids import DeliveryId
from digest.send.mail import Mail
from tests.fakes import NOON

DELIVERY = DeliveryId("Zm9vYmFyYmF6cXV4MTIzNA")


def a_mail(delivery: str = DELIVERY, **changes: Any) -> Mail:
    """Return a mail in English and Russian; ``changes`` name what the test is about."""
    values: dict[str, Any] = {
        "delivery": DeliveryId(delivery),
        "from_name": "The Morning Brief",
        "from_address": "brief@news.example.org",
        "to_name": "Reader 1",
        "to_address": "reader1@example.org",
        "reply_to": "desk@example.org",
        "subject": "Snow closes the Medeu road",
        "html": "<!doctype html><html><body><p>Snow – снег</p></body></html>",
        "text": "Snow – снег\n",
        "message_id": f"{delivery}@news.example.org",
        "sent_at": NOON,
        "headers": {"List-Unsubscribe": "<https://digest.example.org/u/0123456789012345678901>"},
    }
    return Mail(**(values | changes))
