"""The steps of notices over an open ``Runtime``: send what waits, and what a welcome needs to know."""

import logging
from datetime import datetime
from typing import Final

from digest.audience.notice import LatestIssue, Notice, notice_id
from digest.config import MailerName
from digest.errors import StoreError
from digest.ids import DeliveryId, NewsletterId
from digest.render.message import render_notice
from digest.resources import templates_dir
from digest.send.mail import Mail
from digest.send.notice_letter import notice_mail
from digest.send.notice_steps import NoticePost
from digest.send.notices import NoticeReport
from digest.send.open_letter import OPEN_STATES, headlines
from digest.send.worker import worker_name
from digest.wiring import Runtime

_LOG: Final = logging.getLogger(__name__)


def send_notices(runtime: Runtime) -> NoticeReport:
    """Send whatever waits in the queue of notices. Harmless at any time, beside anybody else who does it.

    A mailer that cannot take mail now ends it, as a value: ``report.error``; what is left goes out the next time.

    :raises StoreError: the database cannot be used.
    """
    return NoticePost(
        book=runtime.notices,
        mailer=runtime.mailer,
        write=lambda notice, at: write_notice(runtime, notice, at),
        sending=runtime.newsletters.sending,
        clock=runtime.clock,
        worker=worker_name(),
        witness=runtime.feedback,
    ).run()


def send_quietly(runtime: Runtime) -> None:
    """Send whatever waits, for somebody who cannot do anything about trouble: it is logged, without any address."""
    try:
        report = send_notices(runtime)
    except StoreError as error:
        _LOG.warning("Notices wait: %s", error)
        return
    if report.error is not None:
        _LOG.warning("Notices wait: %s", report.error)


def write_notice(runtime: Runtime, notice: Notice, at: datetime) -> Mail:
    """Return the mail of a notice, by its newsletter's newest declaration.

    :raises RenderError: a template or a catalogue cannot be used.
    """
    newsletter = runtime.newsletters.newsletter(notice.newsletter)
    # SendGrid has return paths of its own.
    own = runtime.settings.mailer is not MailerName.SENDGRID
    bounces = runtime.newsletters.sending(notice.newsletter).return_path if own else None
    body = render_notice(notice, newsletter, at=at, templates=templates_dir())
    return notice_mail(notice, body, newsletter, at=at, return_path=bounces)


def name_of(runtime: Runtime, event: str) -> DeliveryId:
    """Return the id of the notice of an event: what is queued under it again is there already."""
    key = runtime.settings.secret_key
    return notice_id(event, secret=key.get_secret_value().encode() if key is not None else b"")


def latest_issue(runtime: Runtime, newsletter: NewsletterId) -> LatestIssue | None:
    """Return the newest issue of a newsletter that everybody may read; ``None`` if there is none yet."""
    for row in runtime.issues.rows(newsletter):
        if row.state in OPEN_STATES and row.corrects is None:
            frozen = runtime.issues.sealed(row.id).frozen
            return LatestIssue(
                number=frozen.number,
                date=frozen.issue_date,
                headlines=headlines(frozen),
                web_url=f"{runtime.settings.public_url}/i/{row.id}",
            )
    return None
