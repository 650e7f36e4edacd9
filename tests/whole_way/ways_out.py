"""Every way in which a reader ends their mail, each as it really comes: by HTTP, by mail, from a provider, by hand."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from digest.audience.links import LinkKeys, Purpose
from digest.audience.may_mail import NoMail
from digest.audience.own_page import own_link
from digest.audience.reader import SuppressionReason
from digest.audience.steps import leave_list, suppress_address
from digest.ids import DeliveryId, SubscriberId
from digest.newsroom_feedback import take_in_mail
from digest.send.feedback.mail_steps import CameBack
from digest.send.return_path import ReturnPath
from digest.web.hooks import SENDGRID
from tests.contracts.desk import MORNING
from tests.web.serving import KEY, ONE_CLICK, Served
from tests.whole_way.road import take_in

_SIGNS = ec.generate_private_key(ec.SECP256R1())
#: What the server is to believe SendGrid's posts by.
WEBHOOK_KEY: Final = b64encode(
    _SIGNS.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
_BOUNCES: Final = ReturnPath("bounces@news.example.org")
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Known:
    """A reader as the test knows them, whatever becomes of them; ``has_left`` and the like are what must hold of them.

    ``mailed`` are the deliveries that the mailer took for them.
    """

    number: int
    address: str
    token: str
    subscriber: SubscriberId
    has_left: bool = False
    is_suppressed: bool = False
    is_erased: bool = False
    mailed: list[DeliveryId] = field(default_factory=list)

    @property
    def verdict(self) -> NoMail | None:
        """Why they may not be mailed, from now on."""
        if self.is_suppressed:
            return NoMail.SUPPRESSED
        return NoMail.UNSUBSCRIBED if self.has_left else None


def _one_click(served: Served, who: Known) -> None:
    """What a mail program posts (RFC 8058)."""
    said = served.post(f"/u/{who.token}", ONE_CLICK)
    assert said.status == (404 if who.is_erased else 200)
    who.has_left = True


def _page(served: Served, who: Known) -> None:
    """What a browser sends that shows the page and presses the one button on it. Looking at it changes nothing."""
    page = served.get(f"/u/{who.token}")
    form = dict(_HIDDEN.findall(page.body.partition(f'action="/u/{who.token}"')[2]))
    if not who.has_left:
        assert page.status == 200
        assert form == ONE_CLICK
        assert served.post(f"/u/{who.token}", form).status == 200
        who.has_left = True


def _mailto(served: Served, who: Known) -> None:
    """What a mail program writes to the other address in ``List-Unsubscribe``."""
    to = _BOUNCES.mailto(who.token).removeprefix("mailto:")
    mail = f"From: {who.address}\r\nTo: {to}\r\nSubject: unsubscribe\r\n\r\nunsubscribe\r\n"
    report = take_in_mail(served.runtime, [CameBack(name="1", data=mail.encode())])
    assert (report.mails, report.unreadable) == (1, ())
    assert report.left == (0 if who.has_left else 1)
    who.has_left = True


def _by_command(served: Served, who: Known) -> None:
    """``digest audience leave``."""
    runtime = served.runtime
    if not who.is_erased:
        leave_list(who.address, MORNING, book=runtime.readers, readership=runtime.readership, clock=runtime.clock)
        who.has_left = True


def _suppressed(served: Served, who: Known) -> None:
    """``digest audience suppress``."""
    suppress_address(who.address, SuppressionReason.BY_HAND, book=served.runtime.readers, clock=served.clock)
    who.is_suppressed = True


def _imported(served: Served, who: Known) -> None:
    """A file of an older system, in which they have left."""
    report = take_in(served.runtime, f"address,state\n{who.address},unsubscribed\n", MORNING)
    assert report.good == 1
    who.has_left = True


def _complaint(served: Served, who: Known) -> None:
    _webhook(served, who, {"event": "spamreport"})


def _provider_unsubscribe(served: Served, who: Known) -> None:
    _webhook(served, who, {"event": "unsubscribe"})


def _hard_bounce(served: Served, who: Known) -> None:
    _webhook(served, who, {"event": "bounce", "type": "bounce", "status": "5.1.1"}, is_of_a_mail=False)


def _webhook(served: Served, who: Known, event: Mapping[str, str], *, is_of_a_mail: bool = True) -> None:
    """What SendGrid posts, signed; it names the delivery, if it ever had one."""
    at = int(served.clock.now().timestamp())
    facts: dict[str, Any] = {**event, "email": who.address, "timestamp": at}
    if who.mailed and is_of_a_mail:
        facts["delivery"] = who.mailed[-1]
    body = json.dumps([facts]).encode()
    signature = b64encode(_SIGNS.sign(f"{at}".encode() + body, ec.ECDSA(SHA256()))).decode()
    signed = {
        "X_Twilio_Email_Event_Webhook_Signature": signature,
        "X_Twilio_Email_Event_Webhook_Timestamp": str(at),
    }
    said = served.ask("POST", SENDGRID, body, Content_Type="application/json", **signed)
    assert said.status == 204, said.body
    who.is_suppressed = True


def _erased(served: Served, who: Known) -> None:
    """What their own page posts, from a link that was mailed to them alone."""
    link = own_link(who.token, keys=LinkKeys(current=KEY.encode()), at=served.clock.now(), purpose=Purpose.OWN)
    said = served.post(f"/r/{link}/erase", {"sure": "yes"})
    assert said.status == (404 if who.is_erased else 200)
    who.has_left = who.is_suppressed = who.is_erased = True


#: By name, as Hypothesis shows them.
WAYS: Final[Mapping[str, Callable[[Served, Known], None]]] = {
    "one click": _one_click,
    "page": _page,
    "mailto": _mailto,
    "command": _by_command,
    "suppressed": _suppressed,
    "imported as left": _imported,
    "complaint": _complaint,
    "provider's unsubscribe": _provider_unsubscribe,
    "hard bounce": _hard_bounce,
    "erased": _erased,
}


def come_back(served: Served, who: Known) -> None:
    """What the page posts on which somebody takes their leaving back. A suppression it does not lift."""
    served.post(f"/u/{who.token}", {"come-back": "yes"})
    who.has_left = who.is_erased
