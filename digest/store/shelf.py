"""The shelf: every article ever seen, in the order in which we first saw it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, assert_never

from sqlalchemy import Connection, Engine, Row, insert, select, update

from digest.collect.article import Article, Byline, FoundArticle, Mark, Precision, Published
from digest.collect.freshness import Add, Credit, Intent, Revise
from digest.collect.identity import recognise, title_trait, traits_of
from digest.collect.particulars import with_known
from digest.ids import JournalistId, Position
from digest.store.copies import alike_in_title, link_copies
from digest.store.roster import merged_journalists
from digest.store.tables import article_revisions, article_traits, articles, bylines, journalists, outlets, shelf
from digest.store.transactions import chunks, insert_into, reading, writing

#: How many traits are remembered that somebody asked about: those of all readings that can be under way at once.
_ASKED: Final = 50_000


class SqlShelf:
    """``Shelf`` and ``ShelfView`` on SQL.

    The height stands in one row, which every writer locks first: writers come one after the other, so positions become
    visible in order, and a height that was read once never gets a smaller position below it.
    """

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine
        # How high the shelf was when somebody asked who bears a trait: what came since, they could not know.
        self._asked: dict[str, Position] = {}

    def height(self) -> Position:
        """Return the position of the newest article or byline."""
        with reading(self._engine) as connection:
            return shelf_height(connection)

    def bearers(self, traits: Sequence[str]) -> Mapping[str, Sequence[Article]]:
        """Return the articles that bear each of these traits, by position."""
        with reading(self._engine) as connection:
            self._note_asked(traits, shelf_height(connection))
            return _bearers(connection, traits)

    def _note_asked(self, traits: Sequence[str], height: Position) -> None:
        for trait in traits:
            self._asked.pop(trait, None)
            self._asked[trait] = height
        while len(self._asked) > _ASKED:
            del self._asked[next(iter(self._asked))]

    def articles(self, journalists: Sequence[JournalistId], *, above: Position, until: Position) -> Sequence[Article]:
        """Return the journalists' articles with a byline of theirs in ``above < position <= until``, by position.

        Bylines that came after ``until`` are not among theirs: the shelf is shown as it stood at that height.
        """
        with reading(self._engine) as connection:
            places = {
                place
                for chunk in chunks(journalists)
                for place in connection.scalars(
                    select(bylines.c.article).where(
                        bylines.c.journalist.in_(chunk), bylines.c.position > above, bylines.c.position <= until
                    )
                )
            }
            return read_articles(connection, sorted(places), until=until)

    def standing_at(self, positions: Sequence[Position]) -> Sequence[Article]:
        """Return the articles at these positions as they are now, with all their bylines, in that order."""
        with reading(self._engine) as connection:
            return read_articles(connection, positions)

    def apply(self, journalist: JournalistId, intents: Sequence[Intent], *, at: datetime) -> Position:
        """Carry out the intents, all or none, and return the new height; who was merged away means who stayed.

        :raises KeyError: the journalist is not on the roster, or an intent is about an article that is not there.
        """
        with writing(self._engine, waits_for_disk=False) as connection:
            height = shelf_height(connection, lock=True)
            journalist = merged_journalists(connection).get(journalist, journalist)
            shelving = _Shelving(connection, journalist, intents, height, at)
            shelving.recognise_late({trait: self._asked.get(trait, height) for trait in shelving.new_traits()})
            for intent in intents:
                shelving.carry_out(intent)
            shelving.write()
            return shelving.height


class _Shelving:
    """One call of ``apply``: the intents become rows, which are then written together."""

    def __init__(
        self,
        connection: Connection,
        journalist: JournalistId,
        intents: Sequence[Intent],
        height: Position,
        at: datetime,
    ) -> None:
        self._connection = connection
        self._journalist = journalist
        self._intents = intents
        self._at = at
        self._known = _known(connection, [intent.key for intent in intents])
        self._places = {key: article.position for key, article in self._known.items()}
        self._credited = {
            article.position
            for article in self._known.values()
            if any(byline.journalist == journalist for byline in article.bylines)
        }
        self._language = _language(connection, journalist)
        self._articles: list[dict[str, Any]] = []
        self._bylines: list[dict[str, Any]] = []
        self._traits: list[dict[str, Any]] = []
        self._titled: dict[Position, str] = {}
        self.height = height

    def new_traits(self) -> list[str]:
        """Return the traits of what is to be added, as far as it has not been added meanwhile."""
        return [trait for add in self._adds() for trait in traits_of(add.found)]

    def recognise_late(self, asked: Mapping[str, Position]) -> None:
        """Recognise what somebody else added under another key since we asked: at such a height, by trait."""
        if all(height >= self.height for height in asked.values()):
            return
        bearers = {
            trait: [article for article in borne if article.position > asked[trait]]
            for trait, borne in _bearers(self._connection, list(asked)).items()
        }
        late = recognise([add.found for add in self._adds()], bearers, self._journalist, taken=self._places.values())
        for add in self._adds():
            old = late.get(add.key)
            if old is not None:
                self._places[add.key] = old.position
                if any(byline.journalist == self._journalist for byline in old.bylines):
                    self._credited.add(old.position)

    def _adds(self) -> list[Add]:
        return [one for one in self._intents if isinstance(one, Add) and one.key not in self._places]

    def carry_out(self, intent: Intent) -> None:
        match intent:
            case Add(key, found) if key not in self._places:
                self._add(key, found)
            case Add(key, found):  # somebody else's reading added it meanwhile
                self._bear(self._places[key], found)
                self._credit(self._places[key])
            case Credit(key):
                self._credit(self._places[key])
            case Revise(key, found):
                self._revise(self._known[key], found)
            case _ as never:
                assert_never(never)

    def _next(self) -> Position:
        self.height = Position(self.height + 1)
        return self.height

    def _add(self, key: str, found: FoundArticle) -> None:
        position = self._next()
        self._places[key] = position
        self._credited.add(position)
        self._articles.append(
            {
                "position": position,
                "key": key,
                "first_seen_at": self._at,
                "language": found.language or self._language,
                **_words(found),
                **_published(found.published),
                "truncated": found.truncated,
                **_said(found),
            }
        )
        self._bylines.append({"article": position, "journalist": self._journalist, "position": position})
        self._bear(position, found)

    def _bear(self, article: Position, found: FoundArticle) -> None:
        self._traits += [{"trait": trait, "article": article} for trait in traits_of(found)]
        self._titled[article] = title_trait(found)

    def _credit(self, article: Position) -> None:
        if article not in self._credited:
            self._credited.add(article)
            self._bylines.append({"article": article, "journalist": self._journalist, "position": self._next()})

    def _revise(self, known: Article, found: FoundArticle) -> None:
        words = {**_words(found), "url": found.url or known.url}
        # An exact instant stays: outlets move their dates when they edit.
        published = known.published if known.published.precision is Precision.INSTANT else found.published
        new = {
            **words,
            **_published(published),
            "truncated": found.truncated,
            "language": found.language or known.language,
            **_said(with_known(replace(found, published=published), known)),
        }
        row = articles.c.position == known.position
        if words != _words(known):
            self._connection.execute(
                insert(article_revisions).values(article=known.position, replaced_at=self._at, **_words(known))
            )
        self._connection.execute(update(articles).where(row).values(new))
        self._bear(known.position, found)

    def write(self) -> None:
        if self._articles:
            self._connection.execute(insert(articles), self._articles)
        if self._traits:
            self._connection.execute(
                insert_into(self._connection, article_traits).on_conflict_do_nothing(), self._traits
            )
        if self._bylines:
            self._connection.execute(insert(bylines), self._bylines)
            self._connection.execute(update(shelf).values(height=self.height))
        self._link()

    def _link(self) -> None:
        alike = alike_in_title(self._connection, list(self._titled.values()))
        places = sorted({place for borne in alike.values() for place in borne})
        known = {article.position: article for article in read_articles(self._connection, places)}
        link_copies(self._connection, self._titled, alike, known)


def shelf_height(connection: Connection, *, lock: bool = False) -> Position:
    """Return the shelf's height; with ``lock`` nobody else moves it before this transaction ends."""
    query = select(shelf.c.height)
    return Position(connection.execute(query.with_for_update() if lock else query).scalar_one())


def _words(article: FoundArticle | Article) -> dict[str, Any]:
    return {"title": article.title, "url": article.url, "text": article.text, "authors": list(article.authors)}


def _said(article: FoundArticle | Article) -> dict[str, Any]:
    return {
        "modified_at": article.modified_at,
        "section": article.section,
        "image_url": article.image_url,
        "marks": list(article.marks),
    }


def _published(published: Published) -> dict[str, Any]:
    return {
        "published_at": published.at,
        "published_earliest": published.earliest,
        "published_latest": published.latest,
        "precision": published.precision,
    }


def _language(connection: Connection, journalist: JournalistId) -> str:
    language = connection.scalar(
        select(outlets.c.language)
        .join(journalists, journalists.c.outlet == outlets.c.slug)
        .where(journalists.c.id == journalist)
    )
    if language is None:
        raise KeyError(journalist)
    return str(language)


def _bearers(connection: Connection, traits: Sequence[str]) -> dict[str, list[Article]]:
    borne = [
        (row.trait, row.article)
        for chunk in chunks(dict.fromkeys(traits))
        for row in connection.execute(
            select(article_traits).where(article_traits.c.trait.in_(chunk)).order_by(article_traits.c.article)
        )
    ]
    known = {article.position: article for article in read_articles(connection, sorted({place for _, place in borne}))}
    found: dict[str, list[Article]] = defaultdict(list)
    for trait, place in borne:
        found[trait].append(known[place])
    return dict(found)


def _known(connection: Connection, keys: Iterable[str]) -> dict[str, Article]:
    places = [
        place
        for chunk in chunks(dict.fromkeys(keys))
        for place in connection.scalars(select(articles.c.position).where(articles.c.key.in_(chunk)))
    ]
    return {article.key: article for article in read_articles(connection, places)}


def read_articles(connection: Connection, places: Sequence[int], *, until: Position | None = None) -> list[Article]:
    """Return the articles at these places in that order, with their bylines up to ``until`` by position."""
    rows: dict[int, Row[Any]] = {}
    names: dict[int, list[Byline]] = defaultdict(list)
    for chunk in chunks(places):
        rows |= {
            row.position: row for row in connection.execute(select(articles).where(articles.c.position.in_(chunk)))
        }
        theirs = select(bylines).where(bylines.c.article.in_(chunk)).order_by(bylines.c.position)
        if until is not None:
            theirs = theirs.where(bylines.c.position <= until)
        for row in connection.execute(theirs):
            names[row.article].append(Byline(journalist=JournalistId(row.journalist), position=Position(row.position)))
    return [_article(rows[place], names[place]) for place in places]


def _article(row: Row[Any], names: Iterable[Byline]) -> Article:
    return Article(
        position=Position(row.position),
        key=row.key,
        title=row.title,
        url=row.url,
        text=row.text,
        authors=tuple(row.authors),
        published=Published(
            at=row.published_at,
            earliest=row.published_earliest,
            latest=row.published_latest,
            precision=Precision(row.precision),
        ),
        truncated=row.truncated,
        language=row.language,
        bylines=tuple(names),
        first_seen_at=row.first_seen_at,
        modified_at=row.modified_at,
        section=row.section,
        image_url=row.image_url,
        marks=tuple(Mark(mark) for mark in row.marks),
        copy_of=None if row.copy_of is None else Position(row.copy_of),
    )
