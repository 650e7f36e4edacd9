"""What the shelf links and recognises by itself, and what ``Readership`` says that readers had."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.collect.article import FoundArticle
from digest.collect.freshness import Add, Credit, Revise
from digest.collect.identity import key_of, traits_of
from digest.ids import IssueId, Position
from digest.send.ledger import Holder, Planned
from digest.send.mail import Accepted, Rejected
from tests.builders import a_contents, a_found_article, a_section, an_owed, published
from tests.contracts.desk import ASEL, DANA, MORNING, Desk, delivery_of
from tests.fakes import NOON

WIRE = (
    "Water stood in the streets of the old town on Sunday, and the school was closed for a week. The mayor asked for"
    " sand, pumps and patience; the pumps came from two towns away, the sand from the river itself, said the engineer."
)


def piece(outlet: str, text: str = WIRE, title: str = "Water stands in the old town", hours: int = 3) -> FoundArticle:
    at = published(NOON - timedelta(hours=hours))
    return replace(a_found_article(title, url=f"https://{outlet}.example/water", text=text), published=at)


def add(desk: Desk, found: FoundArticle, by: str = DANA) -> str:
    desk.shelf.apply(by, [Add(key_of(found), found)], at=NOON)  # type: ignore[arg-type]
    return key_of(found)


def links(desk: Desk) -> dict[int, int | None]:
    found = desk.shelf.articles([DANA, ASEL], above=Position(0), until=desk.shelf.height())
    return {article.position: article.copy_of for article in found}


def test_a_copy_has_a_place_of_its_own_and_names_the_first_piece(desk: Desk) -> None:
    add(desk, piece("herald"))
    add(desk, piece("tribune", f"This article was first published at the Herald. {WIRE}"), ASEL)
    add(desk, piece("courier"), ASEL)
    assert links(desk) == {1: None, 2: 1, 3: 1}


def test_copies_in_one_reading_are_linked(desk: Desk) -> None:
    pieces = [piece("herald"), piece("tribune"), piece("courier", "Another text altogether, though of this title.")]
    desk.shelf.apply(DANA, [Add(key_of(one), one) for one in pieces], at=NOON)
    assert links(desk) == {1: None, 2: 1, 3: None}


@pytest.mark.parametrize("bare", [0, 1])
def test_a_bare_title_is_linked_when_its_text_arrives(desk: Desk, bare: int) -> None:
    pieces = [piece("herald"), piece("tribune")]
    keys = [add(desk, replace(one, text="") if at == bare else one) for at, one in enumerate(pieces)]
    assert links(desk) == {1: None, 2: None}
    desk.shelf.apply(DANA, [Revise(keys[bare], pieces[bare])], at=NOON)
    assert links(desk) == {1: None, 2: 1}


def test_two_families_that_turn_out_to_be_one_story_name_the_first_of_all(desk: Desk) -> None:
    first = add(desk, piece("herald", text=""))
    for outlet in ("tribune", "courier"):
        add(desk, piece(outlet))
    assert links(desk) == {1: None, 2: None, 3: 2}
    desk.shelf.apply(DANA, [Revise(first, piece("herald"))], at=NOON)
    assert links(desk) == {1: None, 2: 1, 3: 1}


def test_a_title_that_an_outlet_uses_again_and_again_needs_long_texts(desk: Desk) -> None:
    week = [replace(piece("herald"), url=f"https://herald.example/{n}", text=f"{WIRE[:n]}") for n in (20, 40)]
    for one in week:
        add(desk, one)
    add(desk, piece("tribune"), ASEL)
    add(desk, piece("courier"), ASEL)
    assert links(desk) == {1: None, 2: None, 3: None, 4: None}


def test_what_somebody_added_under_another_key_since_we_asked_is_recognised(desk: Desk) -> None:
    in_feed = piece("herald")
    captured = replace(in_feed, url=None)
    assert key_of(in_feed) != key_of(captured)
    desk.shelf.bearers(traits_of(in_feed))  # nobody has it
    add(desk, captured, ASEL)  # another process, in the same moment
    desk.shelf.apply(DANA, [Add(key_of(in_feed), in_feed)], at=NOON)
    (article,) = desk.shelf.articles([DANA, ASEL], above=Position(0), until=desk.shelf.height())
    assert {byline.journalist: byline.position for byline in article.bylines} == {ASEL: 1, DANA: 2}
    assert article in desk.shelf.bearers([f"key:{key_of(in_feed)}"])[f"key:{key_of(in_feed)}"]


def test_what_the_same_journalists_page_brought_in_the_same_moment_is_recognised(desk: Desk) -> None:
    in_feed = piece("herald")
    desk.shelf.bearers(traits_of(in_feed))
    add(desk, replace(in_feed, url=None))
    add(desk, in_feed)
    assert links(desk) == {1: None}
    assert desk.shelf.height() == 1


def test_what_stood_there_when_we_asked_is_not_recognised_again(desk: Desk) -> None:
    in_feed = piece("herald")
    add(desk, replace(in_feed, url=None))
    desk.shelf.bearers(traits_of(in_feed))  # it was seen, and decided to be another one
    add(desk, replace(piece("other"), title="Something else"))
    add(desk, in_feed)
    assert len(links(desk)) == 3


def had(desk: Desk, *stories: int, before: int | None = None) -> list[dict[int, int]]:
    found = desk.audience.had(MORNING, [Position(story) for story in stories], before=before)
    return [dict(found.get(reader.subscriber.id, {})) for reader in desk.audience.readers(MORNING)]


def print_issue(desk: Desk, number: int, positions: list[int]) -> None:
    """Plan an issue that holds these articles: the first reader's mail is accepted, the second's refused."""
    issue = desk.approve_issue(number=number, height=desk.shelf.height())
    readers = desk.audience.readers(MORNING)
    contents = a_contents(a_section(positions=positions), issue=issue)
    planned = [Planned(id=delivery_of(one, issue), owed=an_owed(one, contents=contents)) for one in readers]
    desk.ledger.plan(issue, planned, [], height=desk.shelf.height(), at=NOON)
    desk.ledger.claim(IssueId(issue), worker="w", limit=2, lease_seconds=60, at=NOON)
    answers = [Accepted(delivery=planned[0].id, receipt="r"), Rejected(delivery=planned[1].id, why="550")]
    holder = Holder(worker="w", since=NOON)
    desk.ledger.record(issue, answers, holder=holder, height=desk.shelf.height(), at=NOON)
    desk.issues.finish(issue, at=NOON)


def test_readers_had_what_was_accepted_or_may_have_been(desk: Desk) -> None:
    desk.subscribe(3)
    desk.shelve("k1", "k2", "k3")
    print_issue(desk, 1, [1, 2])
    assert had(desk, 1, 3) == [{1: 1}, {}, {1: 1}]
    assert had(desk, 1, before=1) == [{}, {}, {}]
    assert had(desk, 1, before=2) == [{1: 1}, {}, {1: 1}]
    assert had(desk) == [{}, {}, {}]


def test_who_had_a_copy_had_the_story(desk: Desk) -> None:
    desk.subscribe(2)
    add(desk, piece("herald"))
    add(desk, piece("tribune"), ASEL)
    desk.shelf.apply(ASEL, [Credit(key_of(piece("herald")))], at=NOON)
    print_issue(desk, 1, [2])
    assert had(desk, 1) == [{1: 2}, {}]
    assert had(desk, 2) == [{2: 2}, {}]  # as it was frozen before it was linked
