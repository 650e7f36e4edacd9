"""Running the templates: everything at once, cut into segments, or one reader's contents by itself."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import jinja2
import premailer
from jinja2.ext import i18n
from markupsafe import Markup

from digest.audience.appearance import LOOKS
from digest.collect.text.bidi import RTL, apart, isolated
from digest.compose.issue import Contents
from digest.errors import RenderError
from digest.ids import Position
from digest.render import assembly, marks, plain
from digest.render.assembly import variant
from digest.render.rendition import Body, Part, Slots
from digest.render.tidy import in_html, one_line, web_address
from digest.render.view import CardView, IssueView, SectionView
from digest.render.words import Words

#: Where a digest mail's templates are, below the folder of all templates.
FOLDER: Final = "email/digest"
#: So long, in characters, is what fits onto any line below a headline.
_FEW_WORDS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSection:
    """A section as a template prints it: these cards, this many new, this many more (empty: none)."""

    id: str
    name: str
    initials: str
    avatar_url: str | None
    about: str
    cards: tuple[CardView, ...]
    new: str
    more: str


class Desk:
    """The templates of one issue in one locale and look."""

    def __init__(self, *, templates: Path, words: Words, issue: IssueView) -> None:
        """Take the templates below ``templates`` and this issue's view.

        :raises RenderError: the view's look is none that the templates know.
        """
        if issue.look not in LOOKS:
            raise RenderError(
                f"There is no look called {issue.look!r}.", advice=f"Set the newsletter's look to {' or '.join(LOOKS)}."
            )
        self._issue = issue
        self._words = words
        self._environment = environment(templates, words)

    def whole(self, mark: str) -> tuple[Part, Part, Part]:
        """Render every block once and cut: subject, HTML, text."""
        cards = {card.position: card for section in self._issue.sections.values() for card in section.cards.values()}
        shared = {
            "first_line": list(cards.values()),
            "separator": lambda _: "",
            "zone": marks.slot(mark, "zone"),
            "closing": marks.slot(mark, "closing"),
            "show_nothing_new": True,
            "subject": marks.slot(mark, "subject"),
            "to": marks.slot(mark, "to"),
            "slots": Slots(**{field.name: marks.slot(mark, field.name) for field in fields(Slots)}),
        }
        in_html_part = self._all(mark, _dated) | {"cut": _markup(marks.html_cutter(mark))}
        in_text_part = self._all(mark, _told) | {"cut": marks.text_cutter(mark)}
        html = inline(self._render("body.html.j2", shared | in_html_part))
        text = self._render("body.txt.j2", shared | in_text_part)
        name = marks.slot(mark, "name")
        html_rest = {"to": f"{self._to(name)} "} | self._counts(in_html) | self._variants(in_html, _when)
        text_rest = {"to": f"{self._to(name)}\n"} | self._counts(plain.fit) | self._variants(plain.fit, _line)
        return (
            Part(segments=dict(self._subjects(cards))),
            Part(segments=marks.cut(html, mark) | html_rest),
            Part(segments=marks.cut(text, mark) | text_rest),
        )

    def alone(self, contents: Contents, slots: Slots) -> Body:
        """Render only these contents, with the reader's own slots, and inline them by themselves."""
        known = self._issue.sections
        missed = {position: self._issue.missed[one.on] for one in contents.missed for position in one.positions}
        sections = []
        for section in contents.sections:
            view, left_out = known[section.journalist], section.left_out
            new = view.new(len(section.positions) + left_out, self._words)
            more = view.more(left_out, self._words) if left_out else ""
            theirs = (replace(view.cards[at], missed=missed.get(at, "")) for at in section.positions)
            dated = tuple(_dated(card, card.times.get(contents.zone, "")) for card in theirs)
            sections.append(_printed(view, dated, new, more))
        cards = {card.position: card for section in sections for card in section.cards}
        first = assembly.quoted_first(contents)
        subject = self._subject(cards[first[0]].quoted if first else None)
        to = self._to(one_line(slots.name)) if one_line(slots.name) else ""
        urls = {field.name: web_address(getattr(slots, field.name)) or "" for field in fields(Slots)}
        shared = {
            "first_line": [cards[position] for position in first],
            "separator": lambda is_first: assembly.separator(is_first=is_first),
            "sections": [section for section in sections if section.cards],
            "others": [section for section in sections if not section.cards],
            "zone": self._issue.zones[contents.zone],
            "closing": self._issue.ends[contents.since],
            "show_nothing_new": not sections,
            "subject": subject,
            "slots": Slots(**urls),
            "cut": lambda _: "",
        }
        html = ""
        if not contents.text_only:
            html = inline(self._render("body.html.j2", shared | {"to": f"{to} " if to else ""}))
        text = self._render("body.txt.j2", shared | {"to": f"{to}\n" if to else ""})
        return Body(subject=subject, html=html, text=text)

    def _subjects(self, cards: Mapping[Position, CardView]) -> Iterator[tuple[str, str]]:
        yield "subject", self._subject(None)
        for position, card in cards.items():
            yield f"subject/{position}", self._subject(card.quoted)

    def _subject(self, headline: str | None) -> str:
        return one_line(self._render("subject.txt.j2", {"headline": headline}))

    def _to(self, name: str) -> str:
        # Where it is a slot, nobody knows yet in which letters the name is.
        said = apart(name) if self._issue.direction == RTL else name
        return self._words.gettext("For %(name)s.") % {"name": said}

    def _counts(self, write: Callable[[str], str]) -> dict[str, str]:
        """Return every count that contents can ask for: a section never has more than the issue holds of it."""
        counts = {}
        for journalist, section in self._issue.sections.items():
            for count in range(1, len(section.cards) + 1):
                counts[f"new/{count}"] = write(section.new(count, self._words))
                counts[f"more/{journalist}/{count}"] = write(section.more(count, self._words))
        return counts

    def _all(self, mark: str, timed: Callable[[CardView, str], CardView]) -> dict[str, list[PrintedSection]]:
        """Return all sections with all their cards, and slots in these for what contents say of them.

        Each is among the ``others``, too: those of which a cap leaves nothing but the count.
        """
        when = marks.slot(mark, "when")
        missed = marks.slot(mark, "missed") if self._issue.missed else ""

        def opened(card: CardView) -> CardView:
            return replace(timed(card, when) if card.times else card, missed=missed)

        sections = [
            _printed(
                section,
                tuple(map(opened, section.cards.values())),
                marks.slot(mark, "new"),
                marks.slot(mark, "more"),
            )
            for section in self._issue.sections.values()
        ]
        return {"sections": sections, "others": sections}

    def _variants(self, write: Callable[[str], str], say: Callable[[CardView, str], str]) -> dict[str, str]:
        """Return what differs by the zone, the times and whose they are, and what by what a reader had last."""
        told = {variant("zone", zone): write(whose) for zone, whose in self._issue.zones.items()}
        told |= {variant("closing", on): write(end) for on, end in self._issue.ends.items()}
        told |= {variant("missed", on): write(missed) for on, missed in self._issue.missed.items()}
        for journalist, section in self._issue.sections.items():
            for position, card in section.cards.items():
                for zone, time in card.times.items():
                    told[variant(f"when/{journalist}/{position}", zone)] = write(say(card, time))
        return told

    def _render(self, template: str, values: Mapping[str, Any]) -> str:
        return render(self._environment, f"{FOLDER}/{template}", {"issue": self._issue, "frame": self._issue, **values})


def render(environment: jinja2.Environment, template: str, values: Mapping[str, Any]) -> str:
    """Run one template, named by its path below the folder of all templates.

    :raises RenderError: it cannot be used; names the file, and the line where one is known.
    """
    try:
        return environment.get_template(template).render(values)
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.name or template}, line {error.lineno}"
        raise RenderError(f"{where}: {error.message}.", advice="Mend the template.") from error
    except jinja2.TemplateNotFound as error:
        raise RenderError(f"There is no template {error.name}.", advice="Check the templates folder.") from error
    except jinja2.TemplateError as error:
        raise RenderError(f"{template}: {error.message}.", advice="Mend the template.") from error


def inline(html: str) -> str:
    """Move the first style block into style attributes; blocks marked ``data-premailer="ignore"`` stay as they are.

    The network is never asked; widths and heights become no attributes of their own.
    """
    inlined: str = premailer.transform(
        html,
        allow_network=False,
        disable_basic_attributes=["width", "height", "bgcolor"],
        align_floating_images=False,
        cssutils_logging_level=logging.CRITICAL,
    )
    return inlined + "\n"


def _when(_: CardView, time: str) -> str:
    return _kept(time)


def _line(card: CardView, time: str) -> str:
    """Return the line below an article as the text part has it."""
    return " · ".join((*card.marks, time, *card.details))


def _dated(card: CardView, time: str) -> CardView:
    """Put a time, or the slot for it, before the details."""
    return replace(card, details=(time, *card.details)) if time else card


def _told(card: CardView, line: str) -> CardView:
    """Put the slot for the whole line in its place: only then can it be wrapped."""
    return replace(card, marks=(), details=(line,))


def _printed(section: SectionView, cards: tuple[CardView, ...], new: str, more: str) -> PrintedSection:
    return PrintedSection(
        id=section.journalist,
        name=section.name,
        initials=section.initials,
        avatar_url=section.avatar_url,
        about=section.about,
        cards=cards,
        new=new,
        more=more,
    )


def environment(templates: Path, words: Words) -> jinja2.Environment:
    """Return what runs the templates of mails in one language; text parts are not escaped, HTML is."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),  # noqa: S701 - text parts are plain
        extensions=[i18n],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"fit": plain.fit, "table": plain.table, "sources": plain.sources}
    start, end = ("right", "left") if words.direction == RTL else ("left", "right")
    made.filters["isolated"] = lambda text: isolated(text, around=words.direction)
    made.globals |= {"rule": "─" * plain.WIDTH, "tongue": _tongue, "together": _together, "kept": _kept}
    made.globals |= {"is_rtl": words.direction == RTL, "start": start, "end": end}
    return made


def _kept(text: str) -> str:
    """Return a few words with no place to break a line in them, and more as they are."""
    return _together(text) if len(text) <= _FEW_WORDS else text


def _together(text: str) -> str:
    """Return ``text`` with no place to break a line in it."""
    return text.replace(" ", "\u00a0")


def _tongue(language: str | None, direction: str | None) -> Markup:
    """Return the ``lang`` and ``dir`` attributes of words that are not in the issue's language or run the other way."""
    lang = Markup(' lang="{}"').format(language) if language else Markup("")
    return lang + (Markup(' dir="{}"').format(direction) if direction else Markup(""))


def _markup(cutter: Callable[[str], str]) -> Callable[[str], Markup]:
    return lambda name: Markup(cutter(name))  # noqa: S704 - made of our own mark and slugs
