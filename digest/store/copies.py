"""Linking the pieces of one story: every later one to the one that was seen first."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select, update

from digest.collect.article import Article
from digest.collect.copies import is_copy
from digest.collect.identity import host_of
from digest.ids import Position
from digest.store.tables import article_traits, articles
from digest.store.transactions import chunks


def alike_in_title(connection: Connection, traits: Sequence[str]) -> dict[str, list[Position]]:
    """Return the places of the articles that bear each of these traits, where several do."""
    borne: dict[str, list[Position]] = defaultdict(list)
    for chunk in chunks(dict.fromkeys(traits)):
        for row in connection.execute(
            select(article_traits).where(article_traits.c.trait.in_(chunk)).order_by(article_traits.c.article)
        ):
            borne[row.trait].append(Position(row.article))
    return {trait: places for trait, places in borne.items() if len(places) > 1}


def link_copies(
    connection: Connection,
    touched: Mapping[Position, str],
    alike: Mapping[str, Sequence[Position]],
    known: Mapping[Position, Article],
) -> None:
    """Link the articles that were just written to their copies, and these to them.

    ``touched`` has their title's trait by position, ``alike`` the places of all that bear it, ``known`` these articles.
    A copy names the first piece of its story, never another copy.
    """
    first = {position: article.copy_of or position for position, article in known.items()}
    for position, trait in sorted(touched.items()):
        others = [known[place] for place in alike.get(trait, ()) if place != position]
        hosts = Counter(host for host, _ in {(host_of(one.url), first[one.position]) for one in others if one.url})
        is_recurring = any(stories > 1 for stories in hosts.values())
        for other in others:
            earlier, later = sorted((first[position], first[other.position]))
            if earlier != later and is_copy(known[position], other, is_recurring=is_recurring):
                first |= {place: earlier for place, of in first.items() if of == later}
                of_later = (articles.c.position == later) | (articles.c.copy_of == later)
                connection.execute(update(articles).where(of_later).values(copy_of=earlier))
