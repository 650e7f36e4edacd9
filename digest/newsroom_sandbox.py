"""What the provider itself says of an issue before anybody gets it: its sandbox looks at it, and sends nothing."""

from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from digest import newsroom
from digest.errors import WrongUse
from digest.ids import IssueId
from digest.send.mail import Sandbox
from digest.send.specimen import specimens
from digest.wiring import Runtime

#: So many distinct bodies are looked at, those with the most readers first: each of them is a request.
MOST_BODIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOut:
    """How many bodies of an issue the provider was shown, out of how many, and what it would refuse, in its words."""

    issue: IssueId
    shown: int
    bodies: int
    refused: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"issue": self.issue, "shown": self.shown, "bodies": self.bodies, "refused": list(self.refused)}


def try_out(runtime: Runtime, issue: IssueId) -> TriedOut:
    """Show the provider one specimen of every distinct body, addressed to nobody. Nothing is sent.

    :raises UnknownIssue: there is none of that name.
    :raises WrongUse: mails leave by a way that has no sandbox.
    :raises MailerError: the provider cannot be reached, or refuses us: the key, the sender, the request as a whole.
    """
    mailer = runtime.mailer
    if not isinstance(mailer, Sandbox):
        raise WrongUse(
            f"Mails leave by {runtime.settings.mailer}, where nothing can be tried without being sent.",
            advice=f"Look at the mails instead: digest issue preview {issue}",
        )
    sealed = runtime.issues.sealed(issue)
    groups = newsroom.shares_of(runtime, sealed).groups
    shown = [contents for contents, _readers in islice(groups, MOST_BODIES)]
    sending = runtime.newsletters.sending(sealed.frozen.newsletter.id)
    refused = mailer.rehearse(tuple(specimens(sealed, shown, at=runtime.clock.now(), sending=sending)))
    return TriedOut(issue=issue, shown=len(shown), bodies=len(groups), refused=tuple(one.why for one in refused))
