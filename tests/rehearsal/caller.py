"""Somebody who asks the rehearsal SendGrid over one line, as a program does."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid
from tests.rehearsal.requests import a_request

#: How long an answer is waited for, in seconds.
TIMEOUT = 10.0


class Caller:
    """One line to the provider, which is kept."""

    def __init__(self, provider: RehearsalSendGrid) -> None:
        address = urlsplit(provider.url)
        self.line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        self.line.request(method, path, sent if body is not None else None, given)
        answer = self.line.getresponse()
        return answer.status, dict(answer.headers), answer.read()

    def send(self, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        return self.ask("POST", "/v3/mail/send", a_request() if body is None else body, **headers)

    def see(self, path: str) -> Any:
        status, _, body = self.ask("GET", path)
        assert status == 200
        return json.loads(body)
