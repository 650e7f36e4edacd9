from dataclasses import replace

from digest.compose.newsletter import Selection
from digest.compose.whole import whole
from digest.ids import Position
from tests.builders import a_frozen_issue, a_newsletter, an_article

WRITERS = ("dana-serikova", "timur-aliyev")


def positions(*articles: object, selection: Selection | None = None) -> dict[str, tuple[int, ...]]:
    newsletter = a_newsletter(journalists=WRITERS, selection=selection)
    frozen = a_frozen_issue(*articles, newsletter=newsletter)  # type: ignore[arg-type]
    return {section.journalist: section.positions for section in whole(frozen, "en").sections}


def test_it_is_every_story_once_in_the_newsletters_order() -> None:
    first, second, both = (
        an_article(1, by="timur-aliyev"),
        an_article(2, by="dana-serikova"),
        an_article(3, by=WRITERS),
    )
    assert positions(first, second, both) == {"dana-serikova": (3, 2), "timur-aliyev": (1,)}


def test_no_cap_leaves_anything_out() -> None:
    many = [an_article(number, by="dana-serikova") for number in range(1, 8)]
    assert positions(*many, selection=Selection(per_journalist=2, total=3)) == {"dana-serikova": (7, 6, 5, 4, 3, 2, 1)}


def test_a_copy_is_the_same_story() -> None:
    piece = an_article(1, by="timur-aliyev")
    copy = replace(an_article(2, by="dana-serikova"), copy_of=Position(1))
    assert positions(piece, copy) == {"dana-serikova": (2,)}


def test_an_issue_of_rates_alone_has_no_section() -> None:
    frozen = replace(a_frozen_issue(), articles=())
    assert whole(frozen, "ru").sections == ()
    assert whole(frozen, "ru").key != whole(frozen, "en").key
