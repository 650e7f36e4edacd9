"""The last look before an editor's: what is wrong with a finished body, and how to mend it. Pure.

The rules are those of the Email Markup Consortium's accessibility report, of Gmail's clipping and of SendGrid's
charset bug (see ``guard_html``). An error keeps an issue from being sent, a warning is shown to the editor.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from lxml import etree, html

from digest.collect.rates.doubts import held_in_words
from digest.collect.rates.rate import Currency, Move, RateSnapshot
from digest.compose.issue import Contents
from digest.render.assembly import assemble, fill, looks_latin_1
from digest.render.rendition import Body, Sealed, Slots
from digest.render.tidy import web_address

#: Gmail clips a message at about 102 KB; click tracking lengthens every link, so stay well below. In bytes.
WARN_BYTES: Final = 80_000
FAIL_BYTES: Final = 95_000
#: How many distinct bodies of one issue are looked at: they are joins of the same segments.
BODIES: Final = 200
#: What preflight fills in where no reader is known.
EXAMPLE: Final = Slots(
    name="Reader",
    unsubscribe_url="https://digest.example.org/u/0000000000000000000000",
    preferences_url="https://digest.example.org/r/0000000000000000000000",
    web_url="https://digest.example.org/i/issue",
)
#: What a mailer's or a template engine's own marks look like; in feed text they are only text, in ours a mistake.
_OURS: Final = re.compile(r"\bbd[0-9a-f]{20}\b")


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: its name, where it is (``html``, ``text`` or ``subject``, and more), how to mend it."""

    severity: Severity
    name: str
    where: str
    advice: str

    @property
    def is_error(self) -> bool:
        """Whether it keeps the issue from being sent."""
        return self.severity is Severity.ERROR

    def as_json(self) -> dict[str, str]:
        """Return the finding as plain values."""
        return {"severity": self.severity.value, "name": self.name, "where": self.where, "advice": self.advice}

    def __str__(self) -> str:
        """Return the finding in one line."""
        return f"{self.severity}: {self.name} ({self.where}). {self.advice}"


def preflight_issue(sealed: Sealed, contents: Sequence[Contents], *, bodies: int = BODIES) -> tuple[Finding, ...]:
    """Look at the rates and the first ``bodies`` distinct bodies of a sealed issue; equal findings are reported once.

    :raises RenderError: contents ask for a block that the issue does not have.
    """
    renditions = {(rendition.locale, rendition.look): rendition for rendition in sealed.renditions}
    distinct = {one.key: one for one in contents}.values()
    found: dict[Finding, None] = dict.fromkeys(of_rates(sealed.frozen.rates, sealed.frozen.newsletter.rates.required))
    for one in islice(distinct, bodies):
        body = fill(assemble(renditions[one.locale, one.look], one), EXAMPLE)
        found |= dict.fromkeys(preflight(body, slots=EXAMPLE))
    return tuple(sorted(found, key=lambda finding: (finding.severity, finding.name, finding.where)))


def of_rates(rates: RateSnapshot, required: Sequence[Currency] = ()) -> Iterator[Finding]:
    """Say what an editor must know of an issue's rates: what is held back, missing, accepted by a person, or new."""
    for held in rates.held:
        yield _warning("held-rate", f"rates, {held.currency}", f"{held_in_words(held)}.")
    for missing in rates.missing:
        if missing.currency in required:
            advice = f"The newsletter requires {missing.currency}: {missing.reason}. See: digest rates show"
            yield _error("required-rate-missing", f"rates, {missing.currency}", advice)
        else:
            yield _warning("missing-rate", f"rates, {missing.currency}", f"It is not printed: {missing.reason}.")
    for rate in rates.rates:
        if rate.accepted_by is not None:
            advice = f"A gate held it back; {rate.accepted_by} accepted it."
            yield _warning("accepted-rate", f"rates, {rate.currency}", advice)
        elif rate.move is Move.UNKNOWN:
            advice = f"There is no earlier rate to hold it against: look at the page of {rate.bank_title}."
            yield _warning("uncompared-rate", f"rates, {rate.currency}", advice)


def preflight(body: Body, *, slots: Slots) -> tuple[Finding, ...]:
    """Look at one finished body that was filled with ``slots``."""
    tree = html.document_fromstring(body.html)
    return (
        *_of_subject(body.subject),
        *_of_marks(body),
        *_of_size(body.html),
        *_of_charset(body),
        *_of_structure(tree),
        *_of_pictures_and_tables(tree),
        *_of_links(tree, body.text, slots),
        *_of_headlines(tree, body.text),
    )


def _error(name: str, where: str, advice: str) -> Finding:
    return Finding(severity=Severity.ERROR, name=name, where=where, advice=advice)


def _warning(name: str, where: str, advice: str) -> Finding:
    return Finding(severity=Severity.WARNING, name=name, where=where, advice=advice)


def _of_subject(subject: str) -> Iterator[Finding]:
    if not subject.strip():
        yield _error("empty-subject", "subject", "Give the newsletter a name, or mend subject.txt.j2.")
    elif "\n" in subject or "\r" in subject:
        yield _error("subject-of-several-lines", "subject", "A subject is one line: mend subject.txt.j2.")


def _of_marks(body: Body) -> Iterator[Finding]:
    for where, part in (("subject", body.subject), ("html", body.html), ("text", body.text)):
        if _OURS.search(part):
            yield _error("leftover-mark", where, "A template uses a slot or block that assembling does not know.")


def _of_size(source: str) -> Iterator[Finding]:
    size = len(source.encode())
    advice = "Gmail clips at about 102 KB: lower the newsletter's caps (selection.total, selection.per_journalist)."
    if size > FAIL_BYTES:
        yield _error("too-large", f"html, {size // 1000} KB", advice)
    elif size > WARN_BYTES:
        yield _warning("nearly-too-large", f"html, {size // 1000} KB", advice)


def _of_charset(body: Body) -> Iterator[Finding]:
    for where, part in (("html", body.html), ("text", body.text)):
        if looks_latin_1(part):
            yield _error(
                "may-be-sent-as-latin-1", where, "Add a character beyond U+00FF; assembling does it by itself."
            )


def _of_structure(tree: etree._Element) -> Iterator[Finding]:
    if not tree.get("lang") or not tree.get("dir"):
        yield _error("no-language", "html, <html>", "Set lang and dir on <html>.")
    if not (tree.findtext("head/title") or "").strip():
        yield _error("no-title", "html, <head>", "Set <title> to the subject.")
    if len(tree.findall(".//h1")) != 1:
        yield _error("not-one-h1", "html", "Use exactly one <h1>, for the newsletter's name.")
    children = [child for child in tree.iterfind("body/*") if isinstance(child.tag, str)]
    if not all(child.get("lang") and child.get("dir") for child in children):
        yield _error("no-language", "html, <body>", "Set lang and dir on every child of <body>.")
    if [child.get("role") for child in children] != ["article"]:
        yield _error("no-article", "html, <body>", 'Wrap everything in one <div role="article">.')


def _of_pictures_and_tables(tree: etree._Element) -> Iterator[Finding]:
    for picture in tree.iter("img"):
        source = picture.get("src", "")
        if picture.get("alt") is None:
            yield _error("no-alt", f"html, {source}", "Give the picture an alt text.")
        if not source.startswith("https://"):
            yield _error("insecure-picture", f"html, {source}", "Show pictures by https only.")
    for table in tree.iter("table"):
        if table.get("role") != "presentation" and table.find("caption") is None:
            yield _error("table-without-role", "html", 'Set role="presentation", or give a table of data a <caption>.')


def _of_links(tree: etree._Element, text: str, slots: Slots) -> Iterator[Finding]:
    links = [(link.get("href", ""), _words(link)) for link in tree.iter("a")]
    for address, words in links:
        if address.startswith("http://"):
            yield _warning("insecure-link", f"html, {address}", "Use the https address if there is one.")
        elif not address.startswith("https://"):
            yield _error("link-not-absolute", f"html, {address or words}", "Use absolute https addresses.")
        if not words:
            yield _error("link-without-text", f"html, {address}", "Say in words where the link leads.")
    way_out = web_address(slots.unsubscribe_url)
    if way_out not in {address for address, _ in links}:
        yield _error("no-unsubscribe-link", "html", "Link slots.unsubscribe_url in the footer.")
    if way_out is None or way_out not in text:
        yield _error("no-unsubscribe-link", "text", "Print slots.unsubscribe_url in body.txt.j2.")


def _words(element: etree._Element) -> str:
    return "".join(str(words) for words in element.itertext()).strip()


def _of_headlines(tree: etree._Element, text: str) -> Iterator[Finding]:
    printed = "".join(text.split())
    for headline in tree.iter("h3"):
        words = _words(headline)
        if "".join(words.split()) not in printed:
            yield _error("headline-only-in-html", f"text, {words}", "Print every headline in body.txt.j2 too.")
