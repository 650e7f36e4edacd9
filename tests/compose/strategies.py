"""Hypothesis strategies for small newsrooms: a frozen issue of a few journalists, and readers of all kinds."""

from datetime import timedelta

from hypothesis import strategies as st

from digest.audience.reader import Reader, SubscriptionState, SuppressionReason
from digest.collect.article import UNDATED, Article, Precision, Published
from digest.compose.issue import Frozen
from digest.compose.newsletter import Selection, WhenEmpty
from digest.ids import EVERY_JOURNALIST
from tests.builders import a_frozen_issue, a_newsletter, a_reader, an_article, published
from tests.fakes import NOON

INSIDE = ("dana", "timur", "olga")  # the newsletter's journalists, in its order
OUTSIDE = "stranger"
HEIGHT = 12

AGES = st.integers(min_value=-1, max_value=30).map(lambda days: NOON - timedelta(days=days))


@st.composite
def whens(draw: st.DrawFn) -> Published:
    at = draw(AGES)
    day = Published(earliest=at, latest=at + timedelta(days=1), precision=Precision.DAY)
    return draw(st.sampled_from([published(at), day, UNDATED]))


@st.composite
def article_lists(draw: st.DrawFn) -> tuple[Article, ...]:
    positions = draw(st.lists(st.integers(1, HEIGHT), unique=True, min_size=1, max_size=8))
    found = []
    for position in positions:
        slugs = draw(st.lists(st.sampled_from((*INSIDE, OUTSIDE)), unique=True, min_size=1, max_size=3))
        by = {slug: draw(st.integers(position, HEIGHT + 3)) for slug in slugs}
        seen = draw(AGES)
        found.append(an_article(position, by=by, when=draw(whens()), first_seen_at=seen))
    return tuple(found)


SELECTIONS = st.builds(
    Selection,
    per_journalist=st.integers(1, 4),
    total=st.integers(1, 6),
    max_age_days=st.integers(1, 20),
    when_empty=st.sampled_from(WhenEmpty),
)


@st.composite
def frozen_issues(draw: st.DrawFn) -> Frozen:
    newsletter = a_newsletter(journalists=INSIDE, selection=draw(SELECTIONS))
    return a_frozen_issue(*draw(article_lists()), newsletter=newsletter, height=HEIGHT)


@st.composite
def readers(draw: st.DrawFn, number: int = 1) -> Reader:
    slugs = (*INSIDE, OUTSIDE, EVERY_JOURNALIST)
    return a_reader(
        number,
        follows=draw(st.dictionaries(st.sampled_from(slugs), st.integers(0, HEIGHT), max_size=3)),
        cursor=draw(st.integers(0, HEIGHT)),
        locale=draw(st.sampled_from(["en", "ru", "ru-KZ", "kk", "de"])),
        state=draw(st.sampled_from(SubscriptionState)),
        suppression=draw(st.none() | st.sampled_from(SuppressionReason)),
    )
