"""Reading whatever is handed in as feedback: which format it is, and what it says. Pure.

To add a format, write a pure module beside this one with two functions,

* ``looks_like_…(data: bytes) -> bool``, which looks at the beginning and may be wrong, but never raises;
* ``read_…(data: bytes, *, received_at: datetime) -> Sequence[Feedback]``, which raises ``UnreadableFeedback`` for what
  it cannot read at all, and no other error for any bytes;

and put both into ``FORMATS``, the pickiest first: the first one that feels meant reads it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from digest.errors import UnreadableFeedback
from digest.send.feedback.sendgrid_events import looks_like_events, read_events
from digest.send.feedback.vocabulary import Feedback


class Read(Protocol):
    """Reads bytes of one format."""

    def __call__(self, data: bytes, *, received_at: datetime) -> Sequence[Feedback]:
        """Return what they say; ``received_at`` (UTC) stands in for an instant that they lack.

        :raises UnreadableFeedback: they are not of this format after all.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way in which we are told. ``name`` is for people."""

    name: str
    looks_like: Callable[[bytes], bool]
    read: Read


#: Every format, in the order in which they are tried.
FORMATS: Final[tuple[Format, ...]] = (
    Format(name="SendGrid's events (a JSON array)", looks_like=looks_like_events, read=read_events),
)


def read(data: bytes, *, received_at: datetime) -> Sequence[Feedback]:
    """Return what ``data`` says, whatever known format it has. ``received_at`` (UTC) is when it reached us.

    :raises UnreadableFeedback: no known format fits, or it is broken.
    """
    for one in FORMATS:
        if one.looks_like(data):
            return one.read(data, received_at=received_at)
    raise UnreadableFeedback(f"it is none of: {'; '.join(one.name for one in FORMATS)}")
