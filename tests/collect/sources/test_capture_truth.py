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
]
SENTENCE = "Water reached the canal on Monday, three weeks before anybody in the district had expected it to come. "
TICKER = "  • KGS/USD = 0.01144 0%\n  • KZT/USD = 0.00193 -0%\n"


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
AVATAR = "Dana Serikova's Avatar"
AUTHOR_HEADS = [
    f"Our People > Dana Serikova\n\n{AVATAR}\n\nDana Serikova\n\nSenior Editor\n\nDana writes.\n\nArticles",
    f"Our People > Dana Serikova > Page 3\n\n{AVATAR}\n\nSenior Editor\n\nDana writes. divider\n\nArticles",
    f"{AVATAR}\n\nDana Serikova\n\nSenior Editor\n\ndivider\n\nDana writes.\n\nArticles\n\nPage 2 of 17",
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


@settings(deadline=None, max_examples=150)
@given(
    shown=st.lists(stories, min_size=1, max_size=6),
    head=st.sampled_from(AUTHOR_HEADS + LISTING_HEADS),
    ticker=st.sampled_from([TICKER * 8, ""]),
    printed_day=st.booleans(),
    time_of_day=st.integers(0, 86_399),
    change=st.sampled_from(CHANGES),
)
def test_a_page_is_read_as_it_was_made(
    shown: list[Story], head: str, ticker: str, printed_day: bool, time_of_day: int, change: Callable[[str], str]
) -> None:
    made_at = datetime(2025, 12, 19, tzinfo=UTC) + timedelta(seconds=time_of_day)
    day = "19 December 2025\n\n" if printed_day else ""
    body = "\n\n".join(f"{story.title}\n\n{story.text}\n\n{human_time_diff(story.age)}" for story in shown)
    read_at = datetime(2026, 11, 23, tzinfo=UTC) if printed_day else made_at
    page = CaptureReader().read(answer(change(f"{ticker}{day}{head}\n\n{body}\n")), Assume(now=read_at))

    assert page.page_date == (date(2025, 12, 19) if printed_day else None)
    assert len(page.rates) == (2 if ticker else 0)
    if head in LISTING_HEADS:
        assert page.journalist is None
    else:
        assert page.journalist is not None
        who = page.journalist
        assert (who.name, who.role, who.bio) == ("Dana Serikova", "Senior Editor", "Dana writes.")
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
