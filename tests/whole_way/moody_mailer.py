"""An outbox that has its moods: it refuses some, and of others it does not say what became of them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from digest.ids import DeliveryId
from digest.send.mail import Answer, Evidence, Mail, Rejected, Unclear
from digest.send.mailers.outbox import OutboxMailer


class Mood(StrEnum):
    """What happens to a reader's mail the first time it is handed over."""

    REFUSED = "refused"
    LOST_ON_THE_WAY = "lost-on-the-way"  # never arrived, and nobody knows
    LOST_ANSWER = "lost-answer"  # arrived, and nobody knows


class MoodyMailer:
    """A real outbox in small batches. ``moods`` are by address; each is had once."""

    def __init__(self, folder: Path, moods: Mapping[str, Mood], *, batch_size: int = 2) -> None:
        self._outbox = OutboxMailer(folder)
        self._moods = dict(moods)
        self.batch_size = batch_size

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        return [self._submit(mail) for mail in mails]

    def _submit(self, mail: Mail) -> Answer:
        mood = self._moods.pop(mail.to_address, None)
        if mood is Mood.REFUSED:
            return Rejected(delivery=mail.delivery, why="550 no such mailbox")
        if mood is Mood.LOST_ON_THE_WAY:
            return Unclear(delivery=mail.delivery, why="the line went dead")
        (answer,) = self._outbox.submit([mail])
        return answer if mood is None else Unclear(delivery=mail.delivery, why="the line went dead")

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        return self._outbox.look_up(deliveries)
