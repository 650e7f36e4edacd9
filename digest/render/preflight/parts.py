"""The parts of a mail as they travel: subject, size, charset, left-over marks, words that must be there. Pure.

Sizes are held against Gmail's clipping; the charset rule is SendGrid's bug (see ``guard_html``).
"""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from digest.render.assembly import looks_latin_1
from digest.render.preflight.findings import Finding, a_warning, an_error
from digest.render.rendition import Body

#: Gmail clips a message at about 102 KB; click tracking lengthens every link, so stay well below. In bytes.
WARN_BYTES: Final = 80_000
FAIL_BYTES: Final = 95_000
#: So much longer a link is where a provider leads it through its own server (an allowance: nobody states it), in bytes.
TRACKED_LINK_BYTES: Final = 300
#: Subjects are cut at 40 to 70 characters where mails are listed; longer than this, most of it is never seen.
LONGEST_SUBJECT: Final = 130
#: What an assembler's own marks look like; in feed text they are only text, in ours a mistake.
_OURS: Final = re.compile(r"\bbd[0-9a-f]{20}\b")
#: What a template language or a catalogue leaves behind where nothing was filled in.
_UNFILLED: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|%\(\w+\)[sd]", re.DOTALL)
_LINK: Final = re.compile(r"<a\s[^>]*href=", re.IGNORECASE)


def of_subject(subject: str) -> Iterator[Finding]:
    """Look at the subject."""
    if not subject.strip():
        yield an_error("empty-subject", "subject", "Give the newsletter a name, or mend subject.txt.j2.")
    elif "\n" in subject or "\r" in subject:
        yield an_error("subject-of-several-lines", "subject", "A subject is one line: mend subject.txt.j2.")
    elif len(subject) > LONGEST_SUBJECT:
        advice = f"It has {len(subject)} characters: most programs show 40 to 70. Give the newsletter a shorter name."
        yield a_warning("long-subject", "subject", advice)


def of_marks(body: Body) -> Iterator[Finding]:
    """Find our own marks, which assembling should have filled or cut out."""
    for where, part in (("subject", body.subject), ("html", body.html), ("text", body.text)):
        if _OURS.search(part):
            yield an_error("leftover-mark", where, "A template uses a slot or block that assembling does not know.")


def of_unfilled(body: Body, snapshot: str) -> Iterator[Finding]:
    """Find marks of templates and placeholders that are no text of the issue's own: ``snapshot`` is its JSON."""
    theirs = _bare(snapshot)
    for where, part in (("subject", body.subject), ("html", html.unescape(body.html)), ("text", body.text)):
        for mark in dict.fromkeys(_UNFILLED.findall(part)):
            if _bare(mark) not in theirs:
                advice = "Nothing was filled in there: mend the template, or the translation."
                yield an_error("unfilled-placeholder", f"{where}, {mark[:40]}", advice)


def _bare(text: str) -> str:
    """Return letters, figures and signs that are the same in text and in JSON, however it is wrapped."""
    return re.sub(r'[\s"\\]|\\n', "", text)


def of_size(size: int) -> Iterator[Finding]:
    """Hold the HTML part's size, in bytes with what tracking adds, against what mailbox providers clip."""
    advice = "Gmail clips at about 102 KB: lower the newsletter's caps (selection.total, selection.per_journalist)."
    if size > FAIL_BYTES:
        yield an_error("too-large", f"html, {size // 1000} KB", advice)
    elif size > WARN_BYTES:
        yield a_warning("nearly-too-large", f"html, {size // 1000} KB", advice)


def size_of(html: str, *, tracked: bool) -> int:
    """Return the size of an HTML part as it travels, in bytes: with ``tracked`` links as long as a provider's."""
    return len(html.encode()) + (TRACKED_LINK_BYTES * len(_LINK.findall(html)) if tracked else 0)


def of_charset(body: Body) -> Iterator[Finding]:
    """Find parts that a sender would take for Latin-1."""
    for where, part in (("html", body.html), ("text", body.text)):
        if looks_latin_1(part):
            advice = "Add a character beyond U+00FF; assembling does it by itself."
            yield an_error("may-be-sent-as-latin-1", where, advice)


def of_required_words(body: Body, words: Sequence[str]) -> Iterator[Finding]:
    """Find words that the newsletter must have and that a part does not have. White space does not count.

    Where there is no HTML at all, none is missing in it.
    """
    for where, part in (("html", body.html), ("text", body.text)):
        if not part and where == "html":
            continue
        printed = "".join(part.split()).casefold()
        for one in words:
            if "".join(one.split()).casefold() not in printed:
                yield an_error("required-words-missing", f"{where}, “{one}”", "The newsletter's file requires them.")
