"""What the rehearsal SendGrid has taken: each request as it came, each reader's letter as it would be sent."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digest.rehearsal.sendgrid_templates import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One reader's mail after substitution; ``headers`` and ``custom_args`` are the request's and the reader's own."""

    message_id: str
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    custom_args: Mapping[str, str]
    categories: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "message_id": self.message_id,
            "to": {"email": self.to_address, "name": self.to_name},
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": dict(self.headers),
            "custom_args": dict(self.custom_args),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One request that was accepted, with the id that its answer had (or would have had).

    ``version`` is what its template was made of at that moment.
    """

    message_id: str
    request: Mapping[str, Any]
    version: Version | None = None

    @property
    def is_sandboxed(self) -> bool:
        """Whether it was only to be looked at."""
        return bool(self.request.get("mail_settings", {}).get("sandbox_mode", {}).get("enable", False))

    def letters(self) -> Iterator[Letter]:
        """Yield what each of its readers gets."""
        for personalization in self.request["personalizations"]:
            yield _letter(self.message_id, self.request, personalization, self.version)


class Book:
    """Everything that was taken, in its order. Threads may write into it at once."""

    def __init__(self) -> None:
        """Begin with an empty book."""
        self._taken: list[Taken] = []
        self._lock = threading.Lock()

    def enter(self, taken: Taken) -> None:
        """Write down a request."""
        with self._lock:
            self._taken.append(taken)

    def requests(self) -> tuple[Taken, ...]:
        """Return all requests that were taken."""
        with self._lock:
            return tuple(self._taken)

    def letters(self) -> Iterator[Letter]:
        """Yield every reader's letter, put together anew: the book itself keeps a shared body once."""
        for taken in self.requests():
            yield from taken.letters()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._taken.clear()


def _letter(message_id: str, request: Mapping[str, Any], one: Mapping[str, Any], version: Version | None) -> Letter:
    if version is not None:
        data: Mapping[str, Any] = one.get("dynamic_template_data", {})
        subject, text, html = (version.filled(part, data) for part in ("subject", "text", "html"))
    else:
        substitutions: Mapping[str, str] = one.get("substitutions", {})
        parts = {part["type"]: part["value"] for part in request.get("content", ())}
        subject, text, html = (
            substituted(said, substitutions)
            for said in (
                one.get("subject") or request.get("subject", ""),
                parts.get("text/plain", ""),
                parts.get("text/html", ""),
            )
        )
    return Letter(
        message_id=message_id,
        to_address=one["to"][0]["email"],
        to_name=one["to"][0].get("name", ""),
        subject=subject,
        text=text,
        html=html,
        headers={**request.get("headers", {}), **one.get("headers", {})},
        custom_args={**request.get("custom_args", {}), **one.get("custom_args", {})},
        categories=request.get("categories", ()),
    )


def substituted(text: str, substitutions: Mapping[str, str]) -> str:
    """Put a reader's values in the places of their tags; a value is never looked at again."""
    if not substitutions:
        return text
    tags = "|".join(re.escape(tag) for tag in sorted(substitutions, key=len, reverse=True))
    return re.sub(tags, lambda found: substitutions[found[0]], text)
