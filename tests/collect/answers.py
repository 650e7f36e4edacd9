"""Answers from the web, and a shelf in memory, for tests of collecting."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from digest.collect.article import Article, Byline
from digest.collect.freshness import Add, Credit, Intent, Revise
from digest.collect.identity import traits_of
from digest.collect.page import Assume
from digest.collect.web import Response
from digest.ids import JournalistId, Position

NOW = datetime(2025, 12, 20, 6, 0, tzinfo=UTC)
ASSUME = Assume(now=NOW, time_zone="Asia/Almaty")


def answer(body: str | bytes, url: str = "https://herald.example/people/dana", **headers: str) -> Response:
    """Return an answer with these bytes; header names take underscores for hyphens."""
    return Response(
        ref=url,
        url=url,
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=NOW,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def json_answer(value: Any, url: str = "https://herald.example/wp-json/wp/v2/posts", **headers: str) -> Response:
    """Return an answer with this value as JSON."""
    return answer(json.dumps(value), url, content_type="application/json", **headers)


@dataclass
class MemoryShelf:
    """A shelf that forgets with the test."""

    articles: dict[str, Article] = field(default_factory=dict)
    height: int = 0
    applied: list[tuple[Intent, ...]] = field(default_factory=list)
    traits: dict[str, set[str]] = field(default_factory=dict)

    def bearers(self, traits: Sequence[str]) -> Mapping[str, Sequence[Article]]:
        borne = {trait: [self.articles[key] for key in self.articles if trait in self.traits[key]] for trait in traits}
        return {trait: articles for trait, articles in borne.items() if articles}

    def apply(self, journalist: JournalistId, intents: Sequence[Intent], *, at: datetime) -> Position:
        self.applied.append(tuple(intents))
        for intent in intents:
            if not isinstance(intent, Credit):
                self.traits.setdefault(intent.key, set()).update(traits_of(intent.found))
            match intent:
                case Add(key, found):
                    self.height += 1
                    position = Position(self.height)
                    self.articles[key] = Article(
                        position=position,
                        key=key,
                        title=found.title,
                        url=found.url,
                        text=found.text,
                        authors=found.authors,
                        published=found.published,
                        truncated=found.truncated,
                        language=found.language or "en",
                        bylines=(Byline(journalist=journalist, position=position),),
                        first_seen_at=at,
                        modified_at=found.modified_at,
                        section=found.section,
                        image_url=found.image_url,
                        marks=found.marks,
                    )
                case Revise(key, found):
                    self._put(
                        key,
                        title=found.title,
                        url=found.url,
                        text=found.text,
                        truncated=found.truncated,
                        authors=found.authors,
                        published=found.published,
                        modified_at=found.modified_at,
                        section=found.section,
                        image_url=found.image_url,
                        marks=found.marks,
                    )
                case Credit(key):
                    self.height += 1
                    byline = Byline(journalist=journalist, position=Position(self.height))
                    self._put(key, bylines=(*self.articles[key].bylines, byline))
        return Position(self.height)

    def _put(self, key: str, **changes: Any) -> None:
        old = {name: getattr(self.articles[key], name) for name in Article.__dataclass_fields__}
        self.articles[key] = Article(**{**old, **changes})
