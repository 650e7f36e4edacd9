"""The steps of taking in mails that came back, over an open ``Runtime``: what a command and a flow both call."""

from collections.abc import Iterable

from digest.errors import MailerError
from digest.send.feedback.mail_steps import CameBack, MailReport, take_in_mailbox, take_in_mails
from digest.wiring import Runtime, open_returned_mail


def take_in_mail(runtime: Runtime, mails: Iterable[CameBack]) -> MailReport:
    """Take in mails that somebody hands in. Taking the same in again changes nothing."""
    return take_in_mails(mails, book=runtime.feedback, readers=runtime.readers, clock=runtime.clock)


def fetch_mail(runtime: Runtime) -> MailReport:
    """Take in what is unread in the mailbox that the settings name, and mark it as read.

    :raises BadSetting: no mailbox is set, or in a way that means nothing.
    :raises MailerError: it cannot be read.
    """
    with open_returned_mail(runtime.settings) as box:
        return take_in_mailbox(box, book=runtime.feedback, readers=runtime.readers, clock=runtime.clock)


def fetch_mail_if_any(runtime: Runtime) -> MailReport | None:
    """Do as ``fetch_mail`` does where a mailbox is set; one that cannot be read is the report's ``trouble``."""
    if runtime.settings.feedback_imap_url is None:
        return None
    try:
        return fetch_mail(runtime)
    except MailerError as error:
        return MailReport(trouble=str(error))
