"""The contract of ``Newsletters``."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from digest.collect.rates.rate import BankName, Currency
from digest.compose.newsletter import RatesWanted, Selection, WhenEmpty
from digest.compose.sending import Sending
from digest.errors import UnknownNewsletter, WrongUse
from digest.ids import ListName, NewsletterId
from tests.builders import a_declaration, a_journalist, a_newsletter, an_outlet
from tests.contracts.desk import Desk
from tests.fakes import NOON

LATER = NOON + timedelta(days=1)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """An empty store: nobody has declared anything."""
    return Desk(engine)


def test_a_first_declaration_says_all_that_is_new(desk: Desk) -> None:
    told = desk.newsletters.apply(a_declaration(), at=NOON)
    assert list(told) == [
        "added list morning",
        "added journalist Dana Serikova",
        "added newsletter The Morning Brief",
        "Dana Serikova is in The Morning Brief now",
    ]


def test_a_newsletter_comes_back_as_declared(desk: Desk) -> None:
    newsletter = a_newsletter(
        selection=Selection(per_journalist=2, total=9, max_age_days=3, when_empty=WhenEmpty.RATES_ONLY),
        rates=RatesWanted(
            base=Currency("EUR"),
            currencies=(Currency("UZS"), Currency("KZT")),
            banks={BankName.NBK: ("a.xml", "b.xml"), BankName.CBU: ("https://cbu.example/",)},
        ),
    )
    desk.newsletters.apply(a_declaration(newsletter), at=NOON)
    assert desk.newsletters.newsletter(newsletter.id) == newsletter


def test_the_same_declaration_again_changes_nothing(desk: Desk) -> None:
    desk.newsletters.apply(a_declaration(), at=NOON)
    assert list(desk.newsletters.apply(a_declaration(), at=LATER)) == []


def test_what_changed_is_said_in_words(desk: Desk) -> None:
    desk.newsletters.apply(a_declaration(a_newsletter(journalists=("dana-serikova", "asel-nurlan"))), at=NOON)
    changed = replace(a_newsletter(journalists=("dana-serikova",)), tagline="New", time_zone="UTC")
    dana = a_journalist(bio="Writes.", sources=())
    told = desk.newsletters.apply(a_declaration(changed, journalists=[dana]), at=LATER)
    assert list(told) == [
        "changed journalist Dana Serikova: bio, sources",
        "changed newsletter The Morning Brief: tagline, time zone",
        "Asel Nurlan is not in The Morning Brief any more",
    ]
    assert desk.newsletters.newsletter(changed.id) == changed
    assert desk.roster.journalist(dana.id) == dana


def test_who_leaves_a_newsletter_stays_on_the_roster(desk: Desk) -> None:
    desk.newsletters.apply(a_declaration(a_newsletter(journalists=("dana-serikova", "asel-nurlan"))), at=NOON)
    desk.newsletters.apply(a_declaration(a_newsletter(journalists=("dana-serikova",))), at=LATER)
    assert {one.id for one in desk.roster.journalists()} == {"asel-nurlan", "dana-serikova"}
    assert [one.id for one in desk.roster.journalists(NewsletterId("morning-brief"))] == ["dana-serikova"]


def test_an_outlet_that_changed_changes_its_journalists(desk: Desk) -> None:
    desk.newsletters.apply(a_declaration(), at=NOON)
    dana = a_journalist(outlet=an_outlet(name="The New Herald"))
    told = desk.newsletters.apply(a_declaration(journalists=[dana]), at=LATER)
    assert list(told) == ["changed journalist Dana Serikova: outlet"]
    assert desk.roster.journalist(dana.id).outlet.name == "The New Herald"


def test_another_order_of_journalists_is_a_change(desk: Desk) -> None:
    desk.newsletters.apply(a_declaration(a_newsletter(journalists=("dana-serikova", "asel-nurlan"))), at=NOON)
    turned = a_newsletter(journalists=("asel-nurlan", "dana-serikova"))
    told = desk.newsletters.apply(a_declaration(turned), at=LATER)
    assert list(told) == ["changed newsletter The Morning Brief: order of journalists"]
    assert desk.newsletters.newsletter(turned.id) == turned


def test_a_list_serves_one_newsletter_only(desk: Desk) -> None:
    desk.newsletters.apply(a_declaration(), at=NOON)
    second = a_newsletter("evening-brief", list_name="morning", journalists=("asel-nurlan",))
    with pytest.raises(WrongUse, match="'morning' already belongs to the newsletter 'morning-brief'"):
        desk.newsletters.apply(a_declaration(second), at=NOON)
    assert [one.id for one in desk.newsletters.newsletters()] == ["morning-brief"]
    assert [one.id for one in desk.roster.journalists()] == ["dana-serikova"]


def test_a_newsletter_may_move_to_another_list(desk: Desk) -> None:
    desk.newsletters.apply(a_declaration(), at=NOON)
    told = desk.newsletters.apply(a_declaration(a_newsletter(list_name="dawn")), at=NOON)
    assert list(told) == ["added list dawn", "changed newsletter The Morning Brief: list"]
    assert desk.audience.lists() == [ListName("dawn"), ListName("morning")]


def test_a_journalist_whom_nobody_declared_is_wrong_use_and_nothing_changes(desk: Desk) -> None:
    with pytest.raises(WrongUse, match="dana-serikova"):
        desk.newsletters.apply(a_declaration(journalists=[]), at=NOON)
    assert list(desk.audience.lists()) == []
    assert list(desk.newsletters.newsletters()) == []


def test_newsletters_come_by_name(desk: Desk) -> None:
    names = {"one": "Zenith", "two": "alpha", "three": "Middle"}
    for slug, name in names.items():
        desk.newsletters.apply(a_declaration(a_newsletter(slug, name=name, list_name=slug)), at=NOON)
    assert [one.name for one in desk.newsletters.newsletters()] == ["alpha", "Middle", "Zenith"]


def test_an_unknown_newsletter_is_named(desk: Desk) -> None:
    with pytest.raises(UnknownNewsletter, match="None has been applied yet"):
        desk.newsletters.newsletter(NewsletterId("nowhere"))
    desk.newsletters.apply(a_declaration(), at=NOON)
    with pytest.raises(UnknownNewsletter, match="Known: morning-brief"):
        desk.newsletters.newsletter(NewsletterId("nowhere"))


def test_how_issues_leave_comes_back_as_declared_and_a_change_of_it_is_said(desk: Desk) -> None:
    newsletter = a_newsletter()
    desk.newsletters.apply(a_declaration(newsletter), at=NOON)
    assert desk.newsletters.sending(newsletter.id) == Sending()
    slowly = Sending(spread_minutes=40, warm_up=(500, 1000), per_domain={"gmail.com": 600})
    told = desk.newsletters.apply(replace(a_declaration(newsletter), sending=slowly), at=LATER)
    assert list(told) == ["changed how The Morning Brief leaves: spread minutes, per domain, warm up"]
    assert desk.newsletters.sending(newsletter.id) == slowly
    with pytest.raises(UnknownNewsletter):
        desk.newsletters.sending(NewsletterId("evening-brief"))
