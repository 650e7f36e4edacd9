"""Holding a mail that somebody shows against the sealed issue that it says it is."""

from collections.abc import Sequence

from digest.errors import WrongUse
from digest.ids import IssueId
from digest.send.specimen import specimens
from digest.send.verifying import Difference, Shown, differences, read_shown
from digest.wiring import Runtime


def verify_mail(runtime: Runtime, data: bytes) -> tuple[Shown, Sequence[Difference]]:
    """Return what a mail says it is, and where it differs from what was approved.

    A mail that has lost the name of its contents is held against all bodies of its issue; the closest counts.

    :raises WrongUse: it is no mail of ours, or its issue had no such contents.
    :raises UnknownIssue: there is none of that name here.
    """
    shown = read_shown(data)
    issue = IssueId(shown.issue)
    sealed = runtime.issues.sealed(issue)
    bodies = [contents for contents, _count in runtime.ledger.bodies(issue)]
    meant = [contents for contents in bodies if shown.contents in ("", contents.key)]
    if not meant:
        raise WrongUse(
            f"Nobody was sent such contents in issue {issue}.",
            advice="The mail was changed on its way, or it was never sent from here.",
        )
    url = runtime.settings.public_url
    closest: Sequence[Difference] | None = None
    for mail in specimens(sealed, meant, at=runtime.clock.now(), public_url=url):
        own = mail._replace(to_name=shown.to_name)
        found = differences(shown, html=own.html, text=own.text, public_url=url)
        if closest is None or len(found) < len(closest):
            closest = found
    assert closest is not None
    return shown, closest
