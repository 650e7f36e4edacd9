"""A page is made up whose truth is known, printed as such outlets print theirs, and read again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.page import Assume
from digest.collect.sources.capture import CaptureReader
from tests.collect.answers import answer

UNITS = {"min": 60, "hour": 3600, "day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400, "year": 365 * 86_400}
WORDS = [
    "Kazakhstan",
    "Plans",
    "New",
    "Ago",
    "Water",
    "Rise",
    "in",
    "2025",
    "$1",
    "Years",
    "China’s",
    "“Green”",
    "U.S.",
    "/",
    "–",
    "Yesterday:",
    "Dana",
    "Editor",
    "December",
    "Why?",
    "«Вода»",
]
SENTENCE = "Water reached the canal on Monday, three weeks before anybody in the district had expected it to come. "
TICKER = [
    f"  • {pair} {change}%\n"
    for pair, change in (
        ("KGS/USD = 0.01144", "0"),
        ("KZT/USD = 0.00193", "-0"),
        ("TJS/USD = 0.10832", "0.09"),
        ("UZS/USD = 0.00008", "0"),
        ("TMT/USD = 0.28490", "-1.2"),
        ("CNY/USD = 0.14213", "0.5"),
    )
]


def human_time_diff(seconds: int) -> str:
    """What WordPress prints: the largest unit that fits, rounded to the nearest, at least one."""
    name, unit = [(name, unit) for name, unit in UNITS.items() if seconds >= unit or name == "min"][-1]
    count = max(1, int(seconds / unit + 0.5))
    return f"{count} {name}{'s' if count > 1 else ''} ago"


@dataclass(frozen=True)
class Story:
    title: str
    text: str
    age: int


stories = st.builds(
    Story,
    title=st.lists(st.sampled_from(WORDS), min_size=3, max_size=12).map(lambda words: f"On {' '.join(words)}"),
    text=st.tuples(st.integers(1, 8), st.sampled_from(["It was cold.", "It was...", "“It was”", "Nobody knew…"])).map(
        lambda parts: SENTENCE * parts[0] + parts[1]
    ),
    age=st.one_of(st.integers(0, 4 * 86_400), st.integers(0, 10**8)),
)


@dataclass(frozen=True)
class Writer:
    """Whose page it is; ``printed`` is the bio as the template leaves it."""

    name: str
    role: str | None
    bio: str | None
    printed: str


NAMES = [
    "Dana Serikova",
    "A. B. Serikov",
    "Aibek O’Neil-Sadykov",
    "Дана Серикова",
    "Dr. Jean-Luc d’Arcy",
    "Ana María Ruiz Gómez",
]
ROLES = ["Senior Editor", "Regional Editor, Tashkent", "TCA editor and reporter – Almaty", "Contributor", None]
BIOS: list[tuple[str | None, str]] = [
    ("Covers water and roads.", "Covers water and roads."),
    ("Covers water. divided by roads.", "Covers water. divided by roads.\n\ndivider"),
    (
        "Covers water.\n\nLives in Osh since 1 May 2020, with three dogs.",
        "Covers water.\n\nLives in Osh since 1 May 2020, with three dogs.",
    ),
    (
        f"{SENTENCE.strip()}\n\n2 years ago there was a prize.",
        f"{SENTENCE}\n\n2 years ago there was a prize.\n\nLinkedIn",
    ),
    (None, "divider"),
]
writers = st.builds(
    lambda name, role, bio: Writer(name=name, role=role, bio=bio[0], printed=bio[1]),
    st.sampled_from(NAMES),
    st.sampled_from(ROLES),
    st.sampled_from(BIOS),
)
AUTHOR_HEADS: list[Callable[[Writer], str]] = [
    lambda who: (
        f"Our People > {who.name}\n\n{who.name}'s Avatar\n\n{who.name}\n\n{who.role or ''}\n\n{who.printed}\n\nArticles"
    ),
    lambda who: (
        f"Our People > {who.name} > Page 3\n\n{who.name}'s Avatar\n\n{who.role or ''}\n\n{who.printed}\n\nArticles"
    ),
    lambda who: f"{who.name}'s Avatar\n\n{who.name}\n\n{who.role or ''}\n\n{who.printed}\n\nArticles\n\nPage 2 of 17",
    lambda who: (
        f"Author > some-slug\n\n{who.name}’s avatar\n\n{who.name}\n\n{who.role or ''}\n\n{who.printed}"
        "\n\nArticles\n\nViewing results 7 - 12 of 94"
    ),
]
ABOVE = ["", "We use cookies\n\nAccept All\n\n"]
BELOW = [
    "",
    "« Previous\n\n1\n\n2\n\nNext »\n",
    "Newsletter\n\nSign up for the best stories of the week, every Friday.\n\n© 2025\n",
]
LISTING_HEADS = [
    "Local Politics\n\nViewing results 13 - 18 of 94",
    "Home > Category > Local Politics",
    "Tag: Water\n\nViewing results 1 - 6 of 7",
    "Local Politics\n\nArticles",
]
CHANGES: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", " \t\n"),
    lambda text: text.replace("\n", "\n\n"),
    lambda text: text.replace("\n\n", "\n"),
    lambda text: text.replace("\n", "\n    "),
    lambda text: text.replace("• ", ""),
]


@settings(deadline=None, max_examples=200)
@given(
    shown=st.lists(stories, min_size=1, max_size=6),
    writer=writers,
    head=st.sampled_from([*AUTHOR_HEADS, *LISTING_HEADS]),
    ticker=st.sampled_from([[], TICKER[:4], TICKER[:5], TICKER]),
    printed_day=st.sampled_from(["19 December 2025", "December 19, 2025", "Friday, 19 December 2025", None]),
    time_of_day=st.integers(0, 86_399),
    around=st.tuples(st.sampled_from(ABOVE), st.sampled_from(BELOW)),
    change=st.sampled_from(CHANGES),
)
def test_a_page_is_read_as_it_was_made(
    *,
    shown: list[Story],
    writer: Writer,
    head: Callable[[Writer], str] | str,
    ticker: list[str],
    printed_day: str | None,
    time_of_day: int,
    around: tuple[str, str],
    change: Callable[[str], str],
) -> None:
    made_at = datetime(2025, 12, 19, tzinfo=UTC) + timedelta(seconds=time_of_day)
    top = head if isinstance(head, str) else head(writer)
    above, below = ("", "") if isinstance(head, str) else around
    day = f"{printed_day}\n\n" if printed_day else ""
    body = "\n\n".join(f"{story.title}\n\n{story.text}\n\n{human_time_diff(story.age)}" for story in shown)
    read_at = datetime(2026, 11, 23, tzinfo=UTC) if printed_day else made_at
    text = f"{above}{''.join(ticker * 8)}{day}{top}\n\n{body}\n\n{below}"
    page = CaptureReader().read(answer(change(text)), Assume(now=read_at))

    assert page.page_date == (date(2025, 12, 19) if printed_day else None)
    assert len(page.rates) == len(ticker)
    if isinstance(head, str):
        assert page.journalist is None
    else:
        assert page.journalist is not None
        who = page.journalist
        assert (who.name, who.role, who.bio) == (writer.name, writer.role, writer.bio)
    assert [(article.title, article.text) for article in page.articles] == [
        (story.title, story.text) for story in shown
    ]
    for article, story in zip(page.articles, shown, strict=True):
        earliest, latest = article.published.earliest, article.published.latest
        assert earliest is not None
        assert latest is not None
        assert earliest <= made_at - timedelta(seconds=story.age) <= latest
        assert "day" not in human_time_diff(story.age) or latest - earliest <= timedelta(days=2)
        assert article.truncated == story.text.endswith(("...", "…"))
