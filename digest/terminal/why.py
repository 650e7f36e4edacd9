"""``digest why``: why somebody got an issue, or why not."""

from typing import Annotated

import typer

from digest import newsroom
from digest.send.why import why as tell_why
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.session import session


def why(
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    issue: Annotated[str, typer.Argument(metavar="ISSUE")],
    as_json: AsJson = False,
) -> None:
    """Say why ADDRESS got ISSUE or did not: from the subscription to the mailer's answer, and what was told since."""
    with session() as runtime:
        found = newsroom.find_issue(runtime, issue)
        reasons = tell_why(
            address,
            found,
            archive=runtime.issues,
            readership=runtime.readership,
            readers=runtime.readers,
            suppressions=runtime.suppressions,
            ledger=runtime.ledger,
            feedback=runtime.feedback,
            stops=runtime.stops,
            sign_ups=runtime.sign_ups,
        )
    tell(Answer(data={"issue": found, "reasons": list(reasons)}, lines=reasons), as_json=as_json)
