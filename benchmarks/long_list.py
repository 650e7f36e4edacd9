"""A store with a long list and an approved issue: readers of mixed tastes, written as fast as a database takes them."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any, Final

from sqlalchemy import Engine, Table, insert

from digest.compose.issue import Frozen
from digest.ids import ListName
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.store.issues import SqlIssues
from digest.store.newsletters import SqlNewsletters
from digest.store.tables import follows, subscribers, subscriptions
from tests.builders import a_declaration, a_frozen_issue, a_newsletter, an_article
from tests.fakes import NOON

LIST: Final = ListName("morning")
WRITERS: Final = tuple(f"writer-{number:02}" for number in range(30))
_PAGE: Final = 5_000


def fill(engine: Engine, readers: int) -> Frozen:
    """Fill an empty store: of ten readers four follow everybody, three one journalist, two three, and one five."""
    frozen = a_frozen_issue(
        *(an_article(place, by=writer) for place, writer in enumerate(WRITERS, 1)),
        newsletter=a_newsletter(journalists=WRITERS),
    )
    sealed = seal(frozen, templates=templates_dir())
    SqlNewsletters(engine).apply(a_declaration(frozen.newsletter), at=NOON)
    issues = SqlIssues(engine)
    issues.put(sealed)
    issues.approve(frozen.id, sealed.hash, by="bench", at=NOON)
    numbers = range(1, readers + 1)
    _write(engine, subscribers, map(_subscriber, numbers))
    _write(engine, subscriptions, map(_subscription, numbers))
    _write(engine, follows, _follows(readers))
    return frozen


def _write(engine: Engine, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    with engine.begin() as connection:
        while page := list(islice(rows, _PAGE)):
            connection.execute(insert(table), page)


def _subscriber(number: int) -> dict[str, Any]:
    address = f"reader{number}@example.org"
    locale = "en" if number % 3 else "ru"
    who = {"id": number, "identity": address, "address": address, "name": f"Reader {number}"}
    return {**who, "locale": locale, "time_zone": "UTC", "created_at": NOON}


def _subscription(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "subscriber": number,
        "list": LIST,
        "state": "active" if number % 100 else "unsubscribed",
        "token": f"{number:022}",
        "cursor": 0,
        "joined_at": NOON,
    }


def _follows(readers: int) -> Iterator[dict[str, Any]]:
    chance = Random(7)  # the same list every time
    for number in range(1, readers + 1):
        many = (0, 0, 0, 0, 1, 1, 1, 3, 3, 5)[number % 10]
        for writer in chance.sample(WRITERS, many) if many else ("*",):
            yield {"subscription": number, "journalist": writer, "since": 0}
