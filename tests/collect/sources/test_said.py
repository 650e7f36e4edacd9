from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.article import FoundArticle, Mark, Published
from digest.collect.sources.said import Said, with_said
from digest.collect.text.dates import instant

NOW = datetime(2025, 12, 20, 6, tzinfo=UTC)
TEN = datetime(2025, 12, 19, 10, tzinfo=UTC)
URL = "https://h.example/rivers"
TEXTS = st.lists(st.text()).map(tuple)


def read(said: Said, published: Published | None = None, url: str = URL) -> FoundArticle:
    found = FoundArticle(title="Opinion: sponsored rivers", url=url, published=published or instant(TEN))
    return with_said(found, said, base=URL, now=NOW)


@pytest.mark.parametrize(
    ("printed", "at"),
    [
        ("2025-12-19T16:30:00+05:00", TEN + timedelta(hours=1, minutes=30)),
        ("2025-12-19 11:00:00Z", TEN + timedelta(hours=1)),
        ("Fri, 19 Dec 2025 11:00:00 GMT", TEN + timedelta(hours=1)),
        ("2025-12-19T12:00:00+01:00[Europe/Berlin]", TEN + timedelta(hours=1)),
        ("2025-12-19T10:00:00Z", TEN),
        ("2025-12-19", None),
        ("2025-12-19T16:30:00", None),
        ("2 hours ago", None),
        ("2025-12-19T09:59:00Z", None),
        ("2025-12-20T06:00:01Z", None),
        ("0000-00-00T00:00:00Z", None),
        ("", None),
    ],
)
def test_only_an_exact_instant_between_publishing_and_reading_is_a_change(printed: str, at: datetime | None) -> None:
    assert read(Said(changed=(printed,))).modified_at == at


def test_the_first_exact_instant_is_believed() -> None:
    later = ("2025-12-19", "2025-12-19T12:00:00Z", "2025-12-19T13:00:00Z")
    assert read(Said(changed=later)).modified_at == TEN + timedelta(hours=2)


@pytest.mark.parametrize(
    ("printed", "section"),
    [
        (("Economy",), "Economy"),
        (("Biotech &amp; Health", "AI"), "Biotech & Health"),
        (("Arts, Culture",), "Arts, Culture"),
        (("News,World",), "News"),
        (("Uncategorized", "Water"), "Water"),
        (("Без рубрики",), None),
        (("https://h.example/economy",), None),
        (("2025",), None),
        (("", "  "), None),
        (("w" * 61,), None),
        ((), None),
    ],
)
def test_a_section_is_the_first_name_of_a_rubric(printed: tuple[str, ...], section: str | None) -> None:
    assert read(Said(sections=printed)).section == section


@pytest.mark.parametrize(
    ("printed", "image"),
    [
        (("https://h.example/1.jpg?w=600",), "https://h.example/1.jpg?w=600"),
        (("/1.jpg",), "https://h.example/1.jpg"),
        (("http://h.example/1.jpg", "https://h.example/2.jpg"), "https://h.example/2.jpg"),
        (("https://secure.gravatar.com/avatar/7", "data:image/png;base64,AA"), None),
        (("https://h.example/logo.png", "https://h.example/assets/site-logo-600x60.png"), None),
        (("https://h.example/picture.svg", "https://h.example/pixel.gif"), None),
        (("https://h.example/the-logos-of-rivers.jpg",), None),
        (("https://h.example/2025/bank-analogue.jpg",), "https://h.example/2025/bank-analogue.jpg"),
        (("https://h.example/" + "1" * 2_000,), None),
        (("", "https://[", "mailto:a@b.example"), None),
    ],
)
def test_an_image_is_the_first_absolute_https_address_of_a_picture(printed: tuple[str, ...], image: str | None) -> None:
    assert read(Said(images=printed)).image_url == image


def test_marks_are_in_their_order_and_never_guessed_from_a_title() -> None:
    assert read(Said()).marks == ()
    assert read(Said(is_free=True)).marks == ()
    assert read(Said(is_paid_for=True, is_opinion=True, is_free=False)).marks == tuple(Mark)
    assert read(Said(kinds=("OpinionNewsArticle",))).marks == (Mark.OPINION,)
    assert read(Said(kinds=("AdvertiserContentArticle",))).marks == (Mark.SPONSORED,)
    assert read(Said(labels=("Partner content",))).marks == (Mark.SPONSORED,)
    assert read(Said(sections=("Opinion",))).marks == (Mark.OPINION,)
    assert read(Said(categories=("Sponsored",))).marks == (Mark.SPONSORED,)
    assert read(Said(), url="https://h.example/opinion/rivers").marks == (Mark.OPINION,)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_whatever_is_said_gives_an_article(
    changed: tuple[str, ...], sections: tuple[str, ...], images: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    article = read(Said(changed=changed, sections=sections, categories=sections, images=images, labels=labels))
    assert article.image_url is None or article.image_url.startswith("https://")
