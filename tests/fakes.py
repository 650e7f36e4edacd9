"""Small real implementations of ports, for tests. The contract suites in ``tests/contracts`` run on these too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from digest.collect.checkup import SourceHealth
from digest.collect.web import Request, Response
from digest.errors import BadAnswer, FetchError
from digest.ids import DeliveryId, JournalistId
from digest.send.mail import Accepted, Answer, Evidence, Mail

NOON = datetime(2025, 12, 19, 12, 0, tzinfo=UTC)


@dataclass
class FakeWeb:
    """A web of known addresses: bytes, or an error to raise. What is not there answers 404.

    With ``remembers``, an answer with the bytes of last time says that it is unchanged.
    """

    pages: dict[str, bytes | FetchError] = field(default_factory=dict)
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    fetched_at: datetime = NOON
    asked: list[str] = field(default_factory=list)
    remembers: bool = False
    last: dict[str, bytes] = field(default_factory=dict)

    async def fetch(self, request: Request) -> Response:
        self.asked.append(request.ref)
        found = self.pages.get(request.ref)
        if found is None:
            raise BadAnswer(request.ref, 404)
        if isinstance(found, FetchError):
            raise found
        unchanged = self.remembers and self.last.get(request.ref) == found
        self.last[request.ref] = found
        return Response(
            ref=request.ref,
            url=request.ref,
            body=found,
            fetched_at=self.fetched_at,
            headers=self.headers.get(request.ref, {}),
            unchanged=unchanged,
        )


@dataclass
class FakeMailer:
    """A mailer that keeps what it took. ``script`` says what happens to a mail; by default it is accepted."""

    batch_size: int = 10
    script: Callable[[Mail], Answer] = field(
        default=lambda mail: Accepted(delivery=mail.delivery, receipt=f"fake-{mail.delivery}")
    )
    taken: list[Mail] = field(default_factory=list)

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        answers = [self.script(mail) for mail in mails]
        self.taken += [mail for mail, answer in zip(mails, answers, strict=True) if isinstance(answer, Accepted)]
        return answers

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        have = {mail.delivery for mail in self.taken}
        return {delivery: Evidence.ACCEPTED if delivery in have else Evidence.ABSENT for delivery in deliveries}


@dataclass
class FakeSourceLog:
    """A source log in memory."""

    rows: dict[tuple[str, str, str], SourceHealth] = field(default_factory=dict)

    def health(self, journalist: JournalistId | None = None) -> Sequence[SourceHealth]:
        return [row for row in self.rows.values() if journalist in (None, row.journalist)]

    def record(self, healths: Sequence[SourceHealth]) -> None:
        self.rows |= {(one.journalist, one.kind, one.ref): one for one in healths}
