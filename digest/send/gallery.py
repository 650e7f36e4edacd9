"""The gallery: a page that shows every mail of an outbox, made from the ``.eml`` files alone.

Mails with one body are shown once, with all their readers under it; each reader's own mail has a page of its own.
No JavaScript, nothing from elsewhere: it opens from a file.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment

from digest.render.web_templates import web_templates
from digest.send.letter import CONTENTS_HEADER
from digest.send.mailers.outbox import SUFFIX

#: Where the pages of single mails are, below the outbox.
PAGES: Final = "pages"
#: How many mails are shown at most, the newest first: a page of more serves nobody.
MOST_SHOWN: Final = 1_000
#: How many readers of a body are named where there is no room for all.
_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One mail as the gallery shows it. ``contents`` is equal for mails with one body; sizes are in bytes.

    ``html`` is empty for a mail of text alone.
    """

    file: str
    subject: str
    sender: str
    reader: str
    address: str
    date: datetime | None
    issue: str
    contents: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    size: int

    @property
    def stem(self) -> str:
        """The mail's file name without its ending."""
        return self.file.removesuffix(SUFFIX)

    @property
    def html_size(self) -> int:
        """The size of the HTML part, decoded; providers cut at about 102 KB."""
        return len(self.html.encode())

    @property
    def link(self) -> str:
        """Where this mail's own page is, from the index."""
        return f"{PAGES}/{self.stem}.html"

    @property
    def frame(self) -> str:
        """Where this mail's HTML part is, from the index."""
        return f"{PAGES}/{self.stem}.body.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBody:
    """One distinct body with every mail that holds it."""

    place: int
    mails: tuple[Shown, ...]

    @property
    def specimen(self) -> Shown:
        """The mail that stands for all of them."""
        return self.mails[0]

    @property
    def some_readers(self) -> str:
        """The first readers by name, and how many more there are."""
        named = ", ".join(mail.reader for mail in self.mails[:_NAMED])
        more = len(self.mails) - _NAMED
        return f"{named} and {more:,} more" if more > 0 else named


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownIssue:
    """One issue with its distinct bodies, the most read first."""

    name: str
    bodies: tuple[ShownBody, ...]

    @property
    def specimen(self) -> Shown:
        """The mail whose sender and date stand for the issue."""
        return self.bodies[0].specimen

    @property
    def mails(self) -> int:
        """How many mails there are of it."""
        return sum(len(body.mails) for body in self.bodies)


def write_gallery(outbox: Path, *, title: str = "Outbox", summary: Sequence[str] = ()) -> Path:
    """Write ``index.html`` and a page per mail below ``outbox``; return the path of the index.

    ``summary`` are sentences to print at the top. Pages of mails that are no longer there are removed. Of more than
    1,000 mails the newest are shown.

    :raises OSError: the folder cannot be read or written.
    """
    outbox.mkdir(parents=True, exist_ok=True)
    files = _newest_first(outbox)
    issues = arrange(read_mail(path.name, path.read_bytes()) for path in files[:MOST_SHOWN])
    templates = _templates()
    pages = outbox / PAGES
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir()
    for issue, body, mail in _every(issues):
        if mail.html:
            (pages / f"{mail.stem}.body.html").write_text(mail.html, encoding="utf-8")
        page = templates.get_template("mail.html.j2").render(mail=mail, body=body, issue=issue, title=title)
        (pages / f"{mail.stem}.html").write_text(page, encoding="utf-8")
    index = templates.get_template("outbox.html.j2").render(
        title=title,
        summary=summary,
        issues=issues,
        mails=sum(issue.mails for issue in issues),
        bodies=sum(len(issue.bodies) for issue in issues),
        left_out=max(0, len(files) - MOST_SHOWN),
    )
    (outbox / "index.html").write_text(index, encoding="utf-8")
    return outbox / "index.html"


def read_mail(file: str, raw: bytes) -> Shown:
    """Read what the gallery shows out of one mail's bytes. Pure; any bytes at all give something to look at."""
    # The library's older parser: its newer one trips over malformed headers and puts spaces into long names.
    message = message_from_bytes(raw)
    html, text = _part(message, "text/html"), _part(message, "text/plain")
    reader, address = _mailbox(message, "To")
    return Shown(
        file=file,
        subject=_header(message, "Subject") or "(no subject)",
        sender=_mailbox(message, "From")[0],
        reader=reader,
        address=address,
        date=_date(message),
        issue=_group(message),
        contents=_header(message, CONTENTS_HEADER) or sha256((html or text).encode()).hexdigest(),
        html=html,
        text=text,
        headers=tuple((name, _decoded(value)) for name, value in message.items()),
        size=len(raw),
    )


def arrange(mails: Iterable[Shown]) -> tuple[ShownIssue, ...]:
    """Group mails by issue, in the order in which the issues come, and by body, the most read first. Pure."""
    issues: dict[str, dict[str, list[Shown]]] = {}
    for mail in mails:
        issues.setdefault(mail.issue, {}).setdefault(mail.contents, []).append(mail)
    place = 0
    arranged = []
    for name, groups in issues.items():
        bodies = []
        for group in sorted(groups.values(), key=lambda group: (-len(group), group[0].subject, group[0].contents)):
            place += 1
            readers = sorted(group, key=lambda mail: (mail.reader.casefold(), mail.address))
            bodies.append(ShownBody(place=place, mails=tuple(readers)))
        arranged.append(ShownIssue(name=name, bodies=tuple(bodies)))
    return tuple(arranged)


def _every(issues: Iterable[ShownIssue]) -> Iterator[tuple[ShownIssue, ShownBody, Shown]]:
    for issue in issues:
        for body in issue.bodies:
            for mail in body.mails:
                yield issue, body, mail


def _newest_first(outbox: Path) -> list[Path]:
    aged = [(path.stat().st_mtime_ns, path) for path in outbox.glob(f"*{SUFFIX}")]
    return [path for _, path in sorted(aged, key=lambda one: (-one[0], one[1].name))]


def _part(message: Message, kind: str) -> str:
    part = next((part for part in message.walk() if part.get_content_type() == kind), None)
    content = part.get_payload(decode=True) if part is not None else None
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""  # we write nothing but UTF-8


def _group(message: Message) -> str:
    """Return the issue that a mail is of; a mail that no person caused and that is of none is a notice."""
    issue = _header(message, "Archived-At").strip("<> ").rpartition("/")[2]
    return issue or (f"notices of {_mailbox(message, 'From')[0]}" if "Auto-Submitted" in message else "")


def _header(message: Message, name: str) -> str:
    return _decoded(message.get(name, ""))


def _mailbox(message: Message, name: str) -> tuple[str, str]:
    """Return the name to show, which is never empty, and the address."""
    shown, address = parseaddr(str(message.get(name, "")))
    return _decoded(shown) or address or "(nobody)", address


def _decoded(value: object) -> str:
    plain = " ".join(str(value).split())
    try:
        return " ".join(str(make_header(decode_header(plain))).split())
    except (LookupError, ValueError, MessageError):
        return plain  # no encoded word at all, or in a charset that nobody has


def _date(message: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        return None


def _templates() -> Environment:
    environment = web_templates()
    environment.filters["kilobytes"] = lambda size: f"{size / 1024:.1f} KB"
    environment.filters["day"] = lambda at: f"{at.day} {at:%B %Y}" if at is not None else "no date"
    environment.filters["count"] = lambda number, one, many: f"{number:,} {one if number == 1 else many}"
    return environment
