"""A mailer with quotas: readers of a recipient domain that has had enough for now are put off, and the others go on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from digest.clock import Clock
from digest.errors import MailerError
from digest.ids import DeliveryId
from digest.send.mail import Answer, Evidence, Mail, Mailer, Postponed
from digest.send.pacing import domain_of
from digest.send.pacing_quota import Quota

_MINUTE: Final = timedelta(minutes=1)
#: Those who are put off come back in groups: so many different instants a ledger writes at once with ease.
_GROUP: Final = timedelta(seconds=5)


class Paced:
    """Hands mails on to a mailer, but for those beyond ``quotas``; one worker's own count, from several threads."""

    def __init__(self, mailer: Mailer, *, quotas: Callable[[], Mapping[str, int]], clock: Clock) -> None:
        """Ask ``quotas`` for the mails a minute by recipient domain, in lower case; 0 is no bound."""
        self.batch_size = mailer.batch_size
        self._mailer = mailer
        self._quotas = quotas
        self._clock = clock
        self._lock = Lock()
        self._handed: dict[str, Quota] = {}
        self._free_at: dict[str, datetime] = {}

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        """Hand over the mails that are within their domains' quotas, and put off the others.

        :raises MailerError: as the mailer does; its answers name those who were put off, too.
        """
        quotas = {domain: most for domain, most in self._quotas().items() if most}
        if not quotas:
            return self._mailer.submit(mails)
        with self._lock:
            going, put_off = self._sort_out(mails, quotas, self._clock.now())
        try:
            return [*(self._mailer.submit(going) if going else ()), *put_off]
        except MailerError as error:
            error.answers = (*error.answers, *put_off)
            raise

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell what the mailer knows about deliveries in doubt."""
        return self._mailer.look_up(deliveries)

    def _sort_out(
        self, mails: Sequence[Mail], quotas: Mapping[str, int], now: datetime
    ) -> tuple[list[Mail], list[Postponed]]:
        """Part the mails into those that go on and answers for those that are put off."""
        room = {domain: self._quota(domain).room(most, now) for domain, most in quotas.items()}
        going: list[Mail] = []
        put_off: list[Postponed] = []
        for mail in mails:
            domain = domain_of(mail.to_address)
            if domain not in room:
                going.append(mail)
            elif room[domain] > 0:
                going.append(mail)
                room[domain] -= 1
                self._quota(domain).took(1, now)
            else:
                put_off.append(self._put_off(mail, domain, quotas[domain], now))
        return going, put_off

    def _quota(self, domain: str) -> Quota:
        return self._handed.setdefault(domain, Quota())

    def _put_off(self, mail: Mail, domain: str, per_minute: int, now: datetime) -> Postponed:
        """Put a reader off until their turn comes, behind everybody of the domain who was put off before."""
        turn = max(self._free_at.get(domain, now), now) + _MINUTE / per_minute
        self._free_at[domain] = turn
        after = -((now - turn) // _GROUP) * _GROUP
        return Postponed(
            delivery=mail.delivery,
            after=after.total_seconds(),
            why=f"{per_minute:,} mails a minute may leave for its domain",
        )
