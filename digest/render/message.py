"""A notice as a mail: one render and one inlining pass, subject, HTML and text. Pure but for reading the templates."""

from datetime import datetime
from pathlib import Path
from textwrap import fill
from typing import Final

from digest.audience.notice import Message, Notice
from digest.compose.newsletter import Newsletter
from digest.render import assembly
from digest.render.desk import environment, inline, render
from digest.render.notice_view import Figure, frame_view, message_view
from digest.render.plain import WIDTH, columns, fit
from digest.render.rendition import Body
from digest.render.tidy import one_line
from digest.render.words import words_for

#: Between a figure's name and its count, at the least.
_GAP: Final = 2


def render_notice(notice: Notice, newsletter: Newsletter, *, at: datetime, templates: Path) -> Body:
    """Return a notice's subject, HTML and text, dated ``at`` (UTC). The same values give the same bytes.

    ``templates`` is the folder that holds ``email/`` and ``locale/``.

    :raises RenderError: a template or a catalogue cannot be used; names the file.
    """
    message: Message = notice.message
    words = words_for(notice.locale, templates)
    folder = f"email/{notice.kind}"
    run = environment(templates, words)
    run.filters |= {"figures": figures, "machine_words": machine_words}
    values = {
        "frame": frame_view(newsletter, words, at=at, zone=notice.time_zone),
        "message": message_view(message, newsletter, words, zone=notice.time_zone),
    }
    subject = one_line(render(run, f"{folder}/subject.txt.j2", values))
    html = inline(render(run, f"{folder}/body.html.j2", {**values, "subject": subject}))
    text = render(run, f"{folder}/body.txt.j2", values)
    return Body(subject=subject, html=assembly.guard_html(html), text=assembly.guard_text(text))


def machine_words(text: str) -> str:
    """Wrap what a program said; an address in it stays whole, however long."""
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def figures(rows: tuple[Figure, ...]) -> str:
    """Return figures as aligned lines; a name that is too long is wrapped, its count stands at its last line."""
    right = max(columns(row.count) for row in rows)
    left = min(max(columns(row.what) for row in rows), WIDTH - _GAP - right)
    lines = []
    for row in rows:
        *before, last = fit(row.what, left).split("\n")
        gap = " " * (left - columns(last) + _GAP + right - columns(row.count))
        lines += [*before, f"{last}{gap}{row.count}"]
    return "\n".join(lines)
