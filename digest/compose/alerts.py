"""Whom a newsletter tells about itself: its editors, and what they want to hear. Values only."""

from dataclasses import dataclass
from typing import Final

from digest.audience.notice import NoticeKind

#: What editors can be told.
TO_EDITORS: Final = (NoticeKind.READY_FOR_APPROVAL, NoticeKind.SOURCE_FAILING, NoticeKind.RUN_REPORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Who its editors are, by their addresses, and what they are told. No part of what is approved.

    Without ``locale`` they are written to in the newsletter's first one.
    """

    editors: tuple[str, ...] = ()
    locale: str | None = None
    tell: tuple[NoticeKind, ...] = TO_EDITORS

    def are_about(self, kind: NoticeKind) -> bool:
        """Tell whether anybody is told of this."""
        return bool(self.editors) and kind in self.tell
