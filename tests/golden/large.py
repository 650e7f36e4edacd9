"""The largest reference issues: as much as a newsletter can be made to print, and more than a mail can hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from digest.collect.article import Article, Byline, Precision, Published
from digest.collect.journalist import Journalist
from digest.collect.rates.rate import BankName, Move, RateSnapshot
from digest.compose.grouping import contents_of
from digest.compose.issue import Frozen
from digest.compose.newsletter import Selection
from digest.compose.selection import owed_to
from digest.ids import JournalistId, Position
from tests.builders import a_frozen_issue, a_reader
from tests.golden.issues import (
    ARTICLES,
    COURIER,
    FORMER,
    HERALD,
    POST,
    TODAY,
    Reference,
    a_golden_newsletter,
)
from tests.golden.rates import RATES, a_golden_rate

_NAMES: Final = (
    *("Dana Serikova", "Timur Aliyev", "Farrukh Nazarov", "Gulnora Yusupova", "Айгерим Садыкова", "Olga Kim"),
    *("Rustam Kholikov", "Maria del Carmen Fernández-Villaverde y Ortiz", "Bakyt Asanov", "Nilufar Rahimova"),
    *("Сергей Константинопольский", "Jan Novák", "Saule Omarova", "Maksat Annaev", "Li Wei", "Zarina Davlatova"),
    *("Асель Нурланова", "Daniyar Bekov", "Sherzod Qodirov", "Malika Tursunova", "Peter Brown", "Ұлпан Сейтқазы"),
    *("Ikrom Saidov", "Jamila Yusuf"),
)
_ROLES: Final = ("Economy correspondent", "Editor-at-large", "Reporter for water, borders and everything between", "")
_OUTLETS: Final = (HERALD, COURIER, POST)
WIDEST: Final = Selection(per_journalist=100, total=500)
#: How many articles the issue of two hundred may print: what ``seal_to_fit`` makes of ``WIDEST`` with tracked links.
SHED_TO: Final = 32

TWELVE_RATES: Final = replace(
    RATES,
    rates=(
        *RATES.rates,
        a_golden_rate("RUB", "80.7220", BankName.CBR, "Bank of Russia", Move.WEAKER, "-0.65", week="79.4 79.31 80.2"),
        a_golden_rate("EUR", "0.8531", BankName.ECB, "European Central Bank", Move.STRONGER, "0.05", week="0.85 0.86"),
        a_golden_rate("CNY", "7.0401", BankName.ECB, "European Central Bank", Move.UNCHANGED, "0", week="7.05 7.04"),
        a_golden_rate("TRY", "42.8011", BankName.ECB, "European Central Bank", Move.WEAKER, "-0.11", week="42.6 42.7"),
        a_golden_rate("MNT", "3561.04", BankName.CBR, "Bank of Russia", Move.STRONGER, "0.11", 20, week="3570.2 3565"),
        a_golden_rate("AZN", "1.7000", BankName.CBR, "Bank of Russia", Move.UNCHANGED, "0", week="1.7 1.7 1.7 1.7"),
        a_golden_rate("GEL", "2.6950", BankName.CBR, "Bank of Russia", Move.STRONGER, "0.22", week="2.71 2.70 2.70"),
    ),
)


def _journalists(count: int) -> tuple[Journalist, ...]:
    return tuple(
        Journalist(
            id=JournalistId(f"journalist-{place + 1}"),
            name=_NAMES[place],
            role=_ROLES[place % len(_ROLES)],
            outlet=_OUTLETS[place % len(_OUTLETS)],
        )
        for place in range(count)
    )


def _articles(journalists: Sequence[Journalist], count: int) -> tuple[Article, ...]:
    """Return as many articles, dealt out to the journalists in turn, each a little older than the one before."""
    return tuple(_article(1 + place, journalists[place % len(journalists)]) for place in range(count))


def _article(number: int, journalist: Journalist) -> Article:
    like = ARTICLES[number % len(ARTICLES)]
    at = TODAY - timedelta(minutes=37 * number)
    return replace(
        like,
        position=Position(number),
        key=f"large-{number}",
        title=f"{like.title}, part {1 + number // len(ARTICLES)}",
        url=f"https://{journalist.outlet.slug}.example.org/2025/12/{number}",
        authors=(journalist.name,),
        published=Published(at=at, earliest=at, latest=at, precision=Precision.INSTANT),
        bylines=(Byline(journalist=journalist.id, position=Position(number)),),
    )


def _issue(
    journalists: Sequence[Journalist], articles: int, selection: Selection, rates: RateSnapshot, look: str = "classic"
) -> Frozen:
    newsletter = replace(
        a_golden_newsletter(look=look),
        journalists=tuple(one.id for one in journalists),
        selection=selection,
    )
    return a_frozen_issue(
        *_articles(journalists, articles),
        newsletter=newsletter,
        number=12,
        journalists=journalists,
        rates=rates,
        composed_at=TODAY,
        former=FORMER,
    )


def two_hundred_articles(selection: Selection = WIDEST) -> Frozen:
    """Return an issue of two hundred articles by eight journalists."""
    return _issue(_journalists(8), 200, selection, TWELVE_RATES)


def _of_everybody(name: str, frozen: Frozen) -> Reference:
    """Return what somebody gets who follows everybody and had no issue yet."""
    return Reference(name=name, frozen=frozen, contents=contents_of(frozen, "en", owed_to(a_reader(), frozen)))


def large_references() -> tuple[Reference, ...]:
    """Return the large reference issues."""
    few = Selection(per_journalist=2, total=12)
    return (
        _of_everybody("largest", _issue(_journalists(8), 40, Selection(per_journalist=5, total=40), TWELVE_RATES)),
        _of_everybody("many-journalists", _issue(_journalists(24), 60, few, RATES)),
        _of_everybody("many-journalists-brief", _issue(_journalists(24), 60, few, RATES, "brief")),
        _of_everybody("shed", two_hundred_articles(replace(WIDEST, total=SHED_TO))),
    )
