"""What an editor's change on the roster makes of a journalist. Pure: the values before in, the values after out."""

from collections.abc import Iterable
from dataclasses import replace

from digest.collect.journalist import Journalist


def renamed(journalist: Journalist, name: str) -> Journalist:
    """Return the journalist under a new name; the old one becomes an alias, so that old bylines still mean them."""
    if name == journalist.name:
        return journalist
    return replace(journalist, name=name, aliases=_aliases(name, (*journalist.aliases, journalist.name)))


def with_alias(journalist: Journalist, alias: str) -> Journalist:
    """Return the journalist with one more spelling of the name."""
    return replace(journalist, aliases=_aliases(journalist.name, (*journalist.aliases, alias)))


def without_alias(journalist: Journalist, alias: str) -> Journalist:
    """Return the journalist without a spelling of the name."""
    return replace(journalist, aliases=tuple(known for known in journalist.aliases if known != alias))


def joined(away: Journalist, into: Journalist) -> Journalist:
    """Return ``into`` with the names and sources of ``away`` behind its own; nothing comes twice."""
    theirs = {(source.kind, source.ref, source.byline) for source in into.sources}
    sources = (
        *into.sources,
        *(source for source in away.sources if (source.kind, source.ref, source.byline) not in theirs),
    )
    return replace(into, sources=sources, aliases=_aliases(into.name, (*into.aliases, away.name, *away.aliases)))


def _aliases(name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    return tuple(alias for alias in dict.fromkeys(aliases) if alias != name)
