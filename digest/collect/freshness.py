"""Is this article new? Pure: what the shelf should do about what a source just showed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digest.collect.article import Article, FoundArticle
from digest.ids import JournalistId


@dataclass(frozen=True, slots=True)
class Add:
    """A new article: give it the next position. ``key`` is its identity."""

    key: str
    found: FoundArticle


@dataclass(frozen=True, slots=True)
class Revise:
    """A known article whose words or date changed: same position, new text."""

    key: str
    found: FoundArticle


@dataclass(frozen=True, slots=True)
class Credit:
    """A known article that this journalist turns out to have written too: give the byline the next position."""

    key: str


Intent = Add | Revise | Credit


def decide(known: Mapping[str, Article], found: Iterable[FoundArticle], journalist: JournalistId) -> tuple[Intent, ...]:
    """Say what the shelf should do about what ``journalist``'s source just showed, oldest article first."""
    return ()  # grows with the shelf
