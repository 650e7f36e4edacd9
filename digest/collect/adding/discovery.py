"""Discovery: which way to follow a journalist is the best one, judged by what each address answered. Pure.

The rule. A source that shows the journalist's articles and nobody else's beats one that must be filtered by byline. Of
those a feed beats WordPress's API (which knows users, not bylines, and is switched off by many a plugin), and the API
beats the page (which may be redesigned any day). What answers without an article, or is far behind another source, is
suspect and comes after everything that works. What cannot work is dismissed, with the reason.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from digest.collect.adding.candidates import Candidate, Scope
from digest.collect.article import FoundArticle, Precision
from digest.collect.journalist import FOLLOWED_KINDS, Selectors, Source, SourceKind
from digest.collect.page import FoundJournalist, Page
from digest.collect.sources.selecting import ABOUT_SELECTORS
from digest.collect.text.names import is_spelled, means, unite
from digest.errors import CollectError, FetchError, ParseError

#: A source whose newest article is so much older than another source's has been left to itself.
_FAR_BEHIND: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a candidate answered: a page of articles, or why there is none. ``url`` is where it was finally found."""

    candidate: Candidate
    page: Page | None = None
    url: str = ""
    label: str = ""
    error: CollectError | None = None
    selectors: Selectors | None = None


class Standing(StrEnum):
    """How far a proposal can be trusted. Declared best first."""

    GOOD = "good"
    SUSPECT = "suspect"  # it answers, but shows nothing of the journalist's, or nothing recent
    DISMISSED = "dismissed"  # it does not work


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One way to follow a journalist, and what it would yield now.

    ``articles`` are those that would be taken, ``named`` how many of them carry the journalist's name, ``others`` how
    many carry only somebody else's and would be passed over. ``newest`` is UTC. ``why`` is for an editor.
    """

    kind: SourceKind
    ref: str
    standing: Standing
    why: str
    byline: str | None = None
    articles: int = 0
    named: int = 0
    others: int = 0
    newest: datetime | None = None
    error_name: str | None = None
    selectors: Selectors | None = None

    @property
    def is_all_named(self) -> bool:
        """Whether every article that would be taken carries the journalist's name."""
        return 0 < self.articles == self.named

    @property
    def source(self) -> Source:
        """The source that this proposal would make."""
        return Source(kind=self.kind, ref=self.ref, byline=self.byline, selectors=self.selectors)

    def as_json(self) -> dict[str, Any]:
        """Return the proposal as plain values."""
        return asdict(self) | {
            "kind": self.kind.value,
            "standing": self.standing.value,
            "newest": self.newest.isoformat() if self.newest else None,
            "all_named": self.is_all_named,
        }


def proposals(answers: Sequence[Answer], names: Sequence[str]) -> tuple[Proposal, ...]:
    """Return a proposal for each answer, best first. ``names`` are the journalist's: the first is the byline to keep.

    Of several candidates that led to the same address the first counts.
    """
    once: dict[tuple[SourceKind, str], Answer] = {}
    for answer in answers:
        once.setdefault((answer.candidate.kind, answer.url or answer.candidate.ref), answer)
    judged = [_judge(answer, names) for answer in once.values()]
    best = max((one.newest for one in judged if one.standing is Standing.GOOD and one.newest), default=None)
    ranked = [_aged(one, best) for one in judged]
    order = list(Standing)
    return tuple(sorted(ranked, key=lambda one: (order.index(one.standing), _rank(one))))


def spellings(answers: Iterable[Answer], name: str, slug: str | None) -> tuple[str, ...]:
    """Return how bylines spell the journalist: ``name`` first, then the spellings that the page's slug means too.

    ``/author/dana-serikova/`` of "Дана Серикова" shows articles by "Dana Serikova": one person, two spellings.
    """
    printed = (author for article in _articles(answers) for author in article.authors)
    known = [name]
    for author in printed:
        if slug and means(author, (slug,)) and not is_spelled(author, known):
            known.append(author)
    return tuple(known)


def only_author(answers: Iterable[Answer], slug: str | None) -> str | None:
    """Return the one name that all articles of the journalist's own sources carry, if there is one.

    An agency's or an outlet's name stands on articles too, so one that the page's address does not confirm is nobody's.
    """
    own = (answer for answer in answers if answer.candidate.scope is Scope.OWN)
    authors = [article.authors for article in _articles(own)]
    common = set.intersection(*map(set, authors)) if authors else set()
    confirmed = [name for name in sorted(common) if slug and means(name, (slug,))]
    return confirmed[0] if confirmed else None


def found_journalist(answers: Iterable[Answer], names: Sequence[str]) -> FoundJournalist:
    """Return what the answers say of the journalist together; of two that say something the first one counts."""
    said = [answer.page.journalist for answer in answers if answer.page and answer.page.journalist]
    same = [one for one in said if one.name is None or means(one.name, names)]
    return FoundJournalist(
        name=names[0],
        role=next((one.role for one in same if one.role), None),
        bio=next((one.bio for one in same if one.bio), None),
        avatar_url=next((one.avatar_url for one in same if one.avatar_url), None),
        outlet=next((one.outlet for one in said if one.outlet), None),
    )


def main_language(answers: Iterable[Answer]) -> str | None:
    """Return the language of most of the articles (BCP 47), or ``None`` where no article tells."""
    counted = Counter(article.language for article in _articles(answers) if article.language)
    return counted.most_common(1)[0][0] if counted else None


def _articles(answers: Iterable[Answer]) -> list[FoundArticle]:
    return [article for answer in answers if answer.page for article in answer.page.articles]


def _judge(answer: Answer, names: Sequence[str]) -> Proposal:
    candidate, page = answer.candidate, answer.page
    if page is None:
        return _dismissed(candidate, answer.error)
    theirs = [article for article in page.articles if any(means(author, names) for author in article.authors)]
    nameless = [article for article in page.articles if not article.authors]
    others = len(page.articles) - len(theirs) - len(nameless)
    needs_byline = candidate.scope is Scope.SITE or others > 0
    taken = theirs if needs_byline else list(page.articles)
    standing, why = _words(candidate, page, theirs, nameless, others)
    return Proposal(
        kind=candidate.kind,
        ref=candidate.ref,
        standing=standing,
        why=why,
        byline=names[0] if needs_byline else None,
        articles=len(taken),
        named=len(theirs),
        others=others,
        newest=max((article.published.best for article in taken if article.published.best), default=None),
        selectors=answer.selectors,
    )


def _dismissed(candidate: Candidate, error: CollectError | None) -> Proposal:
    return Proposal(
        kind=candidate.kind,
        ref=candidate.ref,
        standing=Standing.DISMISSED,
        why=_reason(error),
        error_name=error.name if error is not None else None,
    )


def _reason(error: CollectError | None) -> str:
    if error is None:
        return "It was not asked: enough addresses came before it."
    if isinstance(error, (FetchError, ParseError)):
        return f"{error.why[:1].upper()}{error.why[1:]}."
    return error.what


def _words(
    candidate: Candidate,
    page: Page,
    theirs: Sequence[FoundArticle],
    nameless: Sequence[FoundArticle],
    others: int,
) -> tuple[Standing, str]:
    """Say what is to be thought of an answer, and why."""
    total = len(page.articles)
    if total == 0:
        reasons = [warning for warning in page.warnings if warning.startswith(ABOUT_SELECTORS)]
        return Standing.SUSPECT, " ".join([f"It answers, but shows no article ({candidate.told_by}).", *reasons])
    is_filtered = candidate.scope is Scope.SITE or others > 0
    if is_filtered and len(nameless) == total:
        return (
            Standing.DISMISSED,
            "It shows everybody's articles and names no author, so no byline can tell them apart.",
        )
    if is_filtered and not theirs and candidate.scope is Scope.OWN:
        strangers = unite(*(article.authors for article in page.articles))
        return Standing.DISMISSED, f"Its articles are by somebody else: {', '.join(strangers[:3])}."
    if is_filtered and not theirs:
        return Standing.SUSPECT, f"None of the {total} articles that it shows now carries the name."
    if is_filtered:
        return Standing.GOOD, f"{len(theirs)} of its {total} articles carry the name; a byline keeps these."
    undated = all(article.published.precision is Precision.UNKNOWN for article in page.articles)
    remark = " It gives no dates: an article counts from when it is first seen." if undated else ""
    unnamed = f" {len(nameless)} of {total} name no author." if nameless else ""
    return Standing.GOOD, f"It shows the journalist's own articles: {candidate.told_by}.{unnamed}{remark}"


def _aged(proposal: Proposal, best: datetime | None) -> Proposal:
    newest = proposal.newest
    if proposal.standing is not Standing.GOOD or best is None or newest is None or best - newest <= _FAR_BEHIND:
        return proposal
    why = f"Its newest article is of {newest.date().isoformat()}, while another source has one of "
    return replace(proposal, standing=Standing.SUSPECT, why=f"{why}{best.date().isoformat()}.")


def _rank(proposal: Proposal) -> int:
    return FOLLOWED_KINDS.index(proposal.kind) + len(FOLLOWED_KINDS) * (proposal.byline is not None)
