"""Asking SendGrid for what is no mail: asking twice does no harm here."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from digest.errors import MailerError, Refused, TryLater
from digest.send.mailers.sendgrid.answers import Reply, wait_after, words
from digest.send.mailers.sendgrid.transport import NoAnswer, NotAsked

#: When to try again where SendGrid did not say, in seconds.
_WAIT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for, as a person reads that it was not had: ``may_not`` the key do, ``advice`` to mend that.

    ``will_not`` SendGrid do, with ``then`` to advise, if it says no for another reason.
    """

    may_not: str
    advice: str
    will_not: str
    then: str = ""


def asked(ask: Callable[[], Reply], wish: Wish, *, may_be_gone: bool = False) -> Reply:
    """Ask, and return the answer if it is a yes, or if what is asked for is gone already and may be.

    :raises TryLater: SendGrid cannot be reached, fails, or has had too many requests.
    :raises Refused: it says no.
    """
    try:
        reply = ask()
    except (NotAsked, NoAnswer) as error:
        raise TryLater(f"SendGrid cannot be reached: {error}.", after=_WAIT_SECONDS) from None
    is_gone = may_be_gone and reply.status == HTTPStatus.NOT_FOUND
    if reply.status // 100 == 2 or is_gone:  # noqa: PLR2004 - RFC 9110 §15.3
        return reply
    raise _no(reply, wish)


def _no(reply: Reply, wish: Wish) -> MailerError:
    said = words(reply).rstrip(".")
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLater("SendGrid has had too many requests from this account for now.", after=wait_after(reply))
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Refused(f"SendGrid does not let this key {wish.may_not}: {said}.", advice=wish.advice)
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(f"SendGrid answered with a failure of its own: {said}.", after=_WAIT_SECONDS)
    return Refused(f"SendGrid will not {wish.will_not}: {said}.", advice=wish.then)
