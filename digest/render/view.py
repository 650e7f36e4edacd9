"""What the templates print: a frozen issue in one locale, in words. Pure: every choice of wording is made here.

The same values serve both ways of rendering: all blocks at once with slots in them, or one reader's contents by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from digest.collect.article import Article, Mark
from digest.collect.journalist import Journalist
from digest.collect.rates.rate import BankName, Move, RateSnapshot
from digest.collect.rates.rate_words import ATTRIBUTION_URLS, RateWords, in_words
from digest.collect.text.bidi import direction_of_text, isolated, left_to_right
from digest.compose.issue import Frozen
from digest.ids import JournalistId, Position
from digest.render.former import Ends, MissedFrom, ends_of, missed_from
from digest.render.note import NoteView, correction_called, note_view
from digest.render.teaser import reading_minutes, shorten, teaser
from digest.render.theme import ThemeView, theme_view
from digest.render.tidy import initials, one_line, picture_address, web_address
from digest.render.times import date_of, times_of, whose_times
from digest.render.words import Words, direction_of, language_of

#: A headline's length in characters where it is only quoted: in the first line, in the subject.
QUOTED: Final = 90
#: How many co-authors a card names.
_CO_AUTHORS: Final = 3
_TOO_MANY: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One article under one journalist. ``language`` and the directions are set where they differ from the issue's.

    ``direction`` is the headline's, by its letters; ``teaser_direction`` the teaser's.
    ``details`` are said quietly; ``marks`` are what a reader should know before opening it. ``times`` say by the zone
    when it came out, and stand before the details; there are none where no time of day is known. ``missed`` is for the
    readers whom a former issue did not reach.
    """

    position: Position
    title: str
    quoted: str
    url: str | None
    teaser: str
    times: Mapping[str, str]
    missed: str
    details: tuple[str, ...]
    marks: tuple[str, ...]
    language: str | None
    direction: str | None
    teaser_direction: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One journalist with every article of theirs in the issue, in printing order."""

    journalist: JournalistId
    name: str
    initials: str
    avatar_url: str | None
    about: str
    cards: Mapping[Position, CardView]

    def new(self, count: int, words: Words) -> str:
        """Return ``3 new``."""
        return words.ngettext("%(count)d new", "%(count)d new", count) % {"count": count}

    def more(self, count: int, words: Words) -> str:
        """Return ``2 more from Dana Serikova``."""
        message = words.ngettext("%(count)d more from %(name)s", "%(count)d more from %(name)s", count)
        return message % {"count": count, "name": isolated(self.name, around=words.direction)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One line of the rates table: a rate in words, the currency with a capital; ``move`` is a ``Move``'s name.

    ``quote`` is ``$1 = 515.37 KZT``.
    """

    name: str
    quote: str
    words: RateWords
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSource:
    """Where rates are from. ``url`` is set where the source asks to be linked, ``site`` is its host, to be read."""

    name: str
    url: str = ""

    @property
    def site(self) -> str:
        """The address without its scheme."""
        return self.url.partition("://")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesView:
    """The rates table: a caption in two parts, rows, and where they are from."""

    caption: str
    kind: str
    rows: tuple[RateRow, ...]
    sources: tuple[RateSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView:
    """Everything that all readers of one locale share. ``first`` begins the first visible line.

    ``correction`` is what a correction is called, empty for every other issue. ``zones`` say by the zone whose times a
    mail has; the newsletter's own is ``OWN``. ``ends`` and ``missed`` are by the days of former issues.
    """

    language: str
    direction: str
    look: str
    theme: ThemeView
    name: str
    tagline: str
    number: int
    date: str
    first: str
    nothing_new: str
    ends: Ends
    missed: MissedFrom
    zones: Mapping[str, str]
    postal_address: str
    id: str
    digest: str
    correction: str
    note: NoteView | None
    rates: RatesView | None
    sections: Mapping[JournalistId, SectionView]


def view_of(frozen: Frozen, digest: str, words: Words, look: str) -> IssueView:
    """Put a frozen issue into words, in one look; ``digest`` is its snapshot's SHA-256, printed short."""
    newsletter = frozen.newsletter
    name = one_line(newsletter.name)
    called = isolated(name, around=words.direction)
    weekday = words.weekday(frozen.issue_date)
    return IssueView(
        language=words.spoken,
        direction=words.direction,
        look=look,
        theme=theme_view(newsletter.theme, look),
        name=name,
        tagline=isolated(one_line(newsletter.tagline), around=words.direction),
        number=frozen.number,
        date=_capital(words.full_day(frozen.issue_date)),
        first=_capital(_first(frozen, words) % {"day": weekday, "newsletter": called}),
        nothing_new=_nothing_new(frozen, words),
        ends=ends_of(frozen, words),
        missed=missed_from(frozen, words),
        zones=whose_times(frozen, words),
        postal_address=isolated(one_line(newsletter.sender.postal_address), around=words.direction),
        id=frozen.id,
        digest=digest[:12],
        correction=correction_called(words) if frozen.corrects is not None else "",
        note=note_view(frozen.note) if frozen.note is not None else None,
        rates=_rates(frozen.rates, on=frozen.issue_date, words=words),
        sections={journalist.id: _section(journalist, frozen, words) for journalist in frozen.journalists},
    )


def _first(frozen: Frozen, words: Words) -> str:
    if frozen.corrects is not None:
        return words.gettext("Correction to %(newsletter)s of %(day)s")
    return words.gettext("%(day)s in %(newsletter)s")


def _nothing_new(frozen: Frozen, words: Words) -> str:
    if frozen.corrects is not None:
        return words.gettext("There is no article in this correction.")
    return words.gettext("Nobody you follow has published anything since your last issue.")


def _section(journalist: Journalist, frozen: Frozen, words: Words) -> SectionView:
    name = one_line(journalist.name)
    about = [isolated(one_line(said), around=words.direction) for said in (journalist.role, journalist.outlet.name)]
    return SectionView(
        journalist=journalist.id,
        name=name,
        initials=initials(name),
        avatar_url=picture_address(journalist.avatar_url),
        about=", ".join(part for part in about if part),
        cards={
            article.position: _card(article, journalist, frozen, words)
            for article in frozen.articles
            if any(byline.journalist == journalist.id for byline in article.bylines)
        },
    )


def _card(article: Article, journalist: Journalist, frozen: Frozen, words: Words) -> CardView:
    title = one_line(article.title) or words.gettext("(no headline)")
    foreign = language_of(article.language) != words.language
    said = _teaser(article, title)
    url = web_address(article.url)
    is_all_there_is = article.truncated and url is None  # with a link, whoever wants the rest follows it
    minutes = reading_minutes(article.text, truncated=article.truncated)
    authors = _named(
        [isolated(name, around=words.direction) for name in _co_authors(article, journalist, frozen)], words
    )
    details = (
        date_of(article.published, frozen, words),
        words.gettext("%(minutes)d min read") % {"minutes": minutes} if minutes else "",
        words.gettext("opening only") if is_all_there_is else "",
        words.gettext("with %(names)s") % {"names": words.names(authors)} if authors else "",
        words.gettext("in %(language)s") % {"language": words.language_name(article.language)} if foreign else "",
    )
    return CardView(
        position=article.position,
        title=title,
        quoted=shorten(title, QUOTED),
        url=url,
        teaser=said,
        times=times_of(article.published, frozen, words),
        missed="",
        details=tuple(detail for detail in details if detail),
        marks=tuple(_mark(mark, words) for mark in article.marks),
        language=article.language if language_of(article.language) != language_of(words.spoken) else None,
        direction=_direction(title, article, words),
        teaser_direction=_direction(said, article, words),
    )


def _direction(text: str, article: Article, words: Words) -> str | None:
    """Return which way ``text`` of an article runs where that is not the issue's: by its letters, else its language."""
    direction = direction_of_text(text, otherwise=direction_of(article.language))
    return direction if direction != words.direction else None


def _mark(mark: Mark, words: Words) -> str:
    said = {
        Mark.PAYWALL: words.gettext("subscribers only"),
        Mark.OPINION: words.gettext("opinion"),
        Mark.SPONSORED: words.gettext("sponsored"),
    }
    return said[mark]


def _teaser(article: Article, title: str) -> str:
    """Return the article's first sentences; nothing where they only say the headline again, as some feeds do."""
    said = teaser(article.text, truncated=article.truncated)
    is_the_headline = title.casefold().startswith(said.rstrip("….!? ").casefold())
    return "" if is_the_headline else said


def _co_authors(article: Article, journalist: Journalist, frozen: Frozen) -> list[str]:
    """Return who else wrote it, as the outlet spells them, then followed journalists that the outlet did not name."""
    known = {each.id: each for each in frozen.journalists}
    seen = _spellings(journalist)
    names = []
    for author in map(one_line, article.authors):
        if author and author.casefold() not in seen:
            names.append(author)
            seen |= next((_spellings(one) for one in known.values() if author.casefold() in _spellings(one)), set())
            seen.add(author.casefold())
    for byline in article.bylines:
        other = known.get(byline.journalist)
        if other is not None and not _spellings(other) & seen:
            names.append(one_line(other.name))
    return names


def _named(names: list[str], words: Words) -> list[str]:
    """Return the names that a card has room for, and how many there are beyond: never one, who is named instead."""
    others = len(names) - _CO_AUTHORS
    if others < _TOO_MANY:
        return names
    said = words.ngettext("%(count)d other", "%(count)d others", others) % {"count": others}
    return [*names[:_CO_AUTHORS], said]


def _spellings(journalist: Journalist) -> set[str]:
    return {one_line(name).casefold() for name in (journalist.name, *journalist.aliases)}


def _rates(snapshot: RateSnapshot, *, on: date, words: Words) -> RatesView | None:
    if not snapshot.rates:
        return None
    rows = []
    sources: dict[RateSource, None] = {}
    for rate in snapshot.rates:
        said = in_words(rate, locale=words.written, on=on, translate=words.gettext)
        quote = left_to_right(f"{said.one} = {said.value} {rate.currency}", around=words.direction)
        rows.append(RateRow(name=_capital(said.currency_name), quote=quote, words=said, move=rate.move))
        sources[_source(rate.bank, rate.bank_title, words)] = None
        if rate.cross is not None:
            sources[_source(rate.cross.bank, rate.cross.bank_title, words)] = None
    dollar = snapshot.base == "USD"
    base = words.currency_name(snapshot.base)
    return RatesView(
        caption=words.gettext("What one dollar buys")
        if dollar
        else words.gettext("Rates for one %(base)s") % {"base": base},
        kind=words.gettext("official rates"),
        rows=tuple(rows),
        sources=tuple(sources),
    )


def _source(bank: BankName, title: str, words: Words) -> RateSource:
    name = isolated(one_line(words.gettext(title)), around=words.direction)
    return RateSource(name=name, url=ATTRIBUTION_URLS.get(bank, ""))


def _capital(sentence: str) -> str:
    """Begin a sentence as one: many languages write the days of the week small."""
    return sentence[:1].upper() + sentence[1:]
