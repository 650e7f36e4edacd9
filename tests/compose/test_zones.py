from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.collect.article import UNDATED, Precision, Published
from digest.compose.grouping import share_out
from digest.compose.issue import Owed
from digest.compose.newsletter import Selection, WhenEmpty
from digest.compose.zones import OWN, ZoneChoice, exact_instants, offset_at, zones_to_render
from tests.builders import a_frozen_issue, a_newsletter, a_reader, an_article
from tests.fakes import NOON

SUMMER = datetime(2025, 7, 1, 12, tzinfo=UTC)
A_DAY = Published(earliest=NOON - timedelta(days=1), latest=NOON, precision=Precision.DAY)
NAMES = (
    "Asia/Almaty",
    "Asia/Tashkent",
    "Europe/Berlin",
    "Europe/Paris",
    "Africa/Lagos",
    "America/New_York",
    "UTC",
    "x",
)


def test_zones_whose_clocks_agree_are_one_and_the_newsletters_own_is_the_first() -> None:
    readers = {"Asia/Tashkent": 9, "Europe/Paris": 2, "Europe/Berlin": 3, "Africa/Lagos": 1}
    found = zones_to_render([an_article()], "Asia/Almaty", readers, at=NOON)
    assert found == ("Europe/Berlin",)  # most readers are there, and Lagos has the same time in winter


def test_zones_that_part_at_one_of_the_instants_are_two() -> None:
    readers = {"Europe/Paris": 2, "Africa/Lagos": 1}
    articles = [an_article(at=SUMMER), an_article(2)]
    assert zones_to_render(articles, "UTC", readers, at=NOON) == ("Africa/Lagos", "Europe/Paris")


def test_of_zones_with_equally_many_readers_the_first_by_name_is_taken() -> None:
    assert zones_to_render([], "UTC", {"Europe/Rome": 1, "Europe/Oslo": 1}, at=NOON) == ("Europe/Oslo",)


def test_readers_of_a_whole_continent_are_not_told_the_city_of_another() -> None:
    readers = {"Africa/Lagos": 2, "Europe/Paris": 1, "Europe/Berlin": 1, "Europe/Rome": 1}
    assert zones_to_render([], "UTC", readers, at=NOON) == ("Europe/Berlin",)


def test_an_unknown_zone_and_one_that_was_never_told_need_nothing() -> None:
    readers = {"Mars/Olympus": 5, "UTC": 5, "": 5, "europe/berlin": 1}
    assert zones_to_render([], "Asia/Almaty", readers, at=NOON) == ("Europe/Berlin",)


def test_only_a_time_of_day_has_a_zone() -> None:
    articles = [an_article(at=NOON), an_article(2, when=UNDATED), an_article(3, when=A_DAY)]
    assert exact_instants(articles) == {NOON}


def test_a_reader_is_served_by_the_zone_that_tells_their_time_else_by_the_newsletters() -> None:
    choice = ZoneChoice(a_frozen_issue(zones=["Europe/Berlin"]))
    assert [choice.of(zone) for zone in ("Europe/Berlin", "Europe/Paris")] == ["Europe/Berlin"] * 2
    others = ("Asia/Almaty", "Asia/Tashkent", "Asia/Tokyo", "UTC", "Mars/Olympus")
    assert {choice.of(zone) for zone in others} == {OWN}


def test_readers_who_see_the_same_times_share_a_body() -> None:
    frozen = a_frozen_issue(zones=["Europe/Berlin"])
    readers = [
        a_reader(n, time_zone=zone) for n, zone in enumerate(("UTC", "Asia/Tashkent", "Europe/Rome", "Europe/Oslo"))
    ]
    keys = [one.contents.key for one in share_out(frozen, readers) if isinstance(one, Owed)]
    assert keys[0] == keys[1] != keys[2] == keys[3]


def test_where_no_article_has_a_time_everybody_shares_a_body() -> None:
    rates_only = a_newsletter(selection=Selection(when_empty=WhenEmpty.RATES_ONLY))
    dated = an_article(when=A_DAY, first_seen_at=NOON)
    frozen = a_frozen_issue(dated, an_article(2), newsletter=rates_only, zones=["Europe/Berlin"])
    for cursor in (0, 2):
        readers = [a_reader(n, cursor=cursor, time_zone=zone) for n, zone in enumerate(("UTC", "Europe/Berlin"))]
        shown = replace(frozen, articles=(dated,)) if not cursor else frozen
        zones = [one.contents.zone for one in share_out(shown, readers) if isinstance(one, Owed)]
        assert zones == [OWN, OWN]


@given(
    st.lists(st.sampled_from([NOON, SUMMER, NOON - timedelta(days=60)]), unique=True),
    st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3)),
    st.sampled_from(NAMES[:-1]),
)
def test_everybody_who_told_their_zone_reads_their_own_time(
    instants: list[datetime], readers: dict[str, int], own: str
) -> None:
    articles = tuple(an_article(number, at=at) for number, at in enumerate(instants, 1)) or (an_article(),)
    newsletter = a_newsletter(time_zone=own)
    frozen = a_frozen_issue(*articles, newsletter=newsletter, zones=zones_to_render(articles, own, readers, at=NOON))
    choice = ZoneChoice(frozen)
    for zone in readers.keys() - {"UTC", "x"}:
        served = choice.of(zone) or own
        for at in exact_instants(articles):
            assert offset_at([at], served) == offset_at([at], zone)


def test_a_clock_that_was_changed_between_has_no_one_offset() -> None:
    assert offset_at([NOON, SUMMER], "Europe/Berlin") is None
    assert offset_at([NOON, SUMMER], "Asia/Almaty") == timedelta(hours=5)
