"""A reader's own page: whom to follow, what is kept of them; on a real server and a real store."""

import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from digest.audience.appearance import Appearance, AppearanceChange
from digest.audience.links import Purpose
from digest.audience.rhythm import Pace, Rhythm, Weekday
from digest.ids import EVERY_JOURNALIST, Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted
from tests.builders import a_declaration, a_newsletter
from tests.contracts.desk import ASEL, DANA, ISSUE, MORNING, delivery_of
from tests.fakes import NOON
from tests.web.serving import ONE_CLICK, Served

Sent = dict[str, str | list[str]]


def shown(page: str) -> Sent:
    """Return what a browser would send back if nothing was touched."""
    form: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+>", page.split('action="/r/')[1].split("</fieldset>", maxsplit=1)[0]):
        kind, name, value = (re.search(rf'{what}="([^"]*)"', tag)[1] for what in ("type", "name", "value"))  # type: ignore[index]
        if (kind == "hidden" or " checked" in tag) and name.removeprefix("shown-") in ("who", "follow"):
            form.setdefault(name, []).append(value)
    return dict(form)


def choice(page: str, who: str, *ticked: str) -> Sent:
    return {**shown(page), "who": who, "follow": list(ticked)}


def page_of(served: Served, number: int = 1) -> tuple[str, str]:
    path = f"/r/{served.link(number, Purpose.MAIL)}"
    return path, served.get(path).body


def test_the_page_shows_whom_they_follow_in_the_newsletters_order(served: Served) -> None:
    _, page = page_of(served)
    assert shown(page) == {"shown-who": ["some"], "who": ["some"], "shown-follow": [DANA], "follow": [DANA]}
    assert page.index("Dana Serikova") < page.index("Asel Nurlan")
    assert "put on the list of The Morning Brief on 19 December" in page
    assert "reader1@" not in page
    _, everybody = page_of(served, 2)
    assert shown(everybody)["who"] == ["everybody"]
    assert shown(everybody)["follow"] == [DANA, ASEL]
    _, nobody = page_of(served, 3)
    assert "You follow nobody at present" in nobody


def test_a_new_follow_begins_at_the_shelfs_height_and_the_others_stay(served: Served) -> None:
    served.desk.shelve("k1", "k2")
    path, page = page_of(served)
    said = served.post(path, choice(page, "some", DANA, ASEL))
    assert said.status == 200
    assert not {"location", "set-cookie"} & said.headers.keys()
    assert 'role="status">Saved' in said.body
    assert served.follows() == {DANA: 0, ASEL: 2}
    assert shown(said.body)["follow"] == [DANA, ASEL]


def test_saving_what_was_shown_changes_nothing(served: Served) -> None:
    served.desk.shelve("k1")
    for number in (1, 2, 3):
        path, page = page_of(served, number)
        before = served.reader(number)
        assert served.post(path, shown(page)).status == 200
        assert served.reader(number) == before


def test_unfollowing_everybody_is_following_nobody(served: Served) -> None:
    path, page = page_of(served)
    served.post(path, choice(page, "some"))
    assert served.follows() == {}


def test_from_everybody_to_one_and_back_loses_nothing(served: Served) -> None:
    path, page = page_of(served, 2)
    served.desk.shelve("k1")
    served.post(path, choice(page, "some", ASEL))
    assert served.follows(2) == {ASEL: 0}
    path, page = page_of(served, 2)
    served.post(path, choice(page, "everybody", ASEL))
    assert served.follows(2) == {ASEL: 0, EVERY_JOURNALIST: 1}


def test_two_tabs_change_what_each_of_them_changed(served: Served) -> None:
    path, first = page_of(served)
    _, second = page_of(served)
    served.post(path, choice(first, "some", DANA, ASEL))
    served.post(path, choice(second, "some"))
    assert served.follows() == {ASEL: 0}


def test_what_is_shown_is_this_newsletters_alone(served: Served) -> None:
    evening = a_newsletter("evening-brief", list_name="evening", journalists=("timur-aliyev",))
    served.desk.newsletters.apply(a_declaration(evening), at=NOON)
    path, page = page_of(served)
    assert "Timur" not in page
    served.post(path, choice(page, "some", "timur-aliyev", "nobody-at-all", "*", DANA))
    assert served.follows() == {DANA: 0}


def test_of_many_tabs_at_once_no_follow_is_lost(served: Served) -> None:
    path, page = page_of(served, 3)
    forms = [choice(page, "some", slug) for slug in (DANA, ASEL)] * 8
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status for answer in pool.map(lambda form: served.post(path, form), forms)} == {200}
    assert served.follows(3) == {DANA: 0, ASEL: 0}


def test_a_list_that_its_newsletter_gave_up_still_lets_its_readers_go(served: Served) -> None:
    token = served.reader().token
    moved = a_newsletter(list_name="dawn", journalists=(DANA, ASEL))
    served.desk.newsletters.apply(a_declaration(moved), at=NOON)
    assert served.get(f"/r/{token}").status == 200
    assert served.get(f"/u/{token}").status == 200
    said = served.post(f"/u/{token}", ONE_CLICK)
    assert said.status == 200
    assert "You have left morning" in said.body


@pytest.mark.parametrize("form", [{}, {"who": "whoever"}, {"follow": DANA}])
def test_half_a_choice_changes_nothing(served: Served, form: dict[str, str]) -> None:
    path, _ = page_of(served)
    said = served.post(path, form)
    assert said.status == 400
    assert "Nothing was changed" in said.body
    assert served.follows() == {DANA: 0}


def test_whoever_has_left_in_another_tab_is_told_so(served: Served) -> None:
    path, page = page_of(served)
    served.post(path.replace("/r/", "/u/"), ONE_CLICK)
    said = served.post(path, choice(page, "some", DANA, ASEL))
    assert (said.status, served.follows()) == (409, {DANA: 0})
    assert "You have left" in said.body


def test_the_page_can_end_it_too(served: Served) -> None:
    path, page = page_of(served)
    (action,) = re.findall(r'<form method="post" action="(/u/[^"]+)"', page)
    assert action == path.replace("/r/", "/u/")
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in page


def accept(served: Served, numbers: Sequence[int]) -> None:
    readers = served.desk.audience.readers(MORNING)
    served.desk.shelve("k1")
    served.desk.approve_issue()
    served.desk.plan(readers)
    served.desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    answers = [Accepted(delivery=delivery_of(readers[number - 1]), receipt="r") for number in numbers]
    served.desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=Position(1), at=NOON)


def test_ones_data_is_given_by_post_as_a_file(served: Served) -> None:
    accept(served, [1])
    path = f"/r/{served.link()}"
    assert served.get(f"{path}/data").status == 405
    said = served.post(f"{path}/data")
    assert (said.status, said.headers["content-type"]) == (200, "application/json")
    assert said.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert said.headers["cache-control"] == "no-store"
    data = json.loads(said.body)
    assert (data["address"], data["name"]) == ("reader1@example.org", "Reader 1")
    (theirs,) = data["lists"]
    assert (theirs["list"], theirs["follows"]) == (MORNING, [DANA])
    assert [(one["issue"], one["state"]) for one in theirs["issues"]] == [(ISSUE, "accepted")]
    assert "reader2" not in said.body
    assert served.reader().token not in said.body


def timed(**changed: str | list[str]) -> Sent:
    plain: Sent = {"pace": "every-issue", "weekday": "mon", "hour": "", "quiet": [], "paused_until": ""}
    before = {f"shown-{name}": value for name, value in plain.items()} | {"shown-weekday": ""}
    follows: Sent = {"who": "some", "shown-who": "some", "follow": [DANA], "shown-follow": [DANA]}
    return {**follows, **before, **plain, **changed}


def test_how_often_and_when_is_chosen_on_the_page_too(served: Served) -> None:
    path, page = page_of(served)
    assert 'name="pace" value="every-issue" checked' in page
    said = served.post(path, timed(pace="weekly", weekday="wed", hour="7", quiet=["sat", "sun"]))
    assert said.status == 200
    rhythm = served.reader().rhythm
    assert rhythm == Rhythm(
        pace=Pace.WEEKLY,
        weekday=Weekday.WEDNESDAY,
        hour=7,
        quiet_days=frozenset({Weekday.SATURDAY, Weekday.SUNDAY}),
    )
    assert '<option value="wed" selected>Wednesday</option>' in said.body
    assert '<option value="7" selected>' in said.body


def test_two_tabs_change_each_their_own_part_of_it(served: Served) -> None:
    path, _ = page_of(served)
    served.post(path, timed(pace="daily"))
    served.post(path, timed(paused_until="2026-01-05"))
    assert served.reader().rhythm == Rhythm(pace=Pace.DAILY, paused_until=date(2026, 1, 5))
    page = served.get(path).body
    assert "mail begins again on 5 January 2026" in page
    served.clock.move(days=6)
    served.post(path, timed(hour="20"))
    assert served.reader().rhythm == Rhythm(pace=Pace.DAILY, hour=20, paused_until=date(2026, 1, 5))


def test_what_mails_look_like_is_chosen_on_the_page_and_two_tabs_change_each_their_own_part(served: Served) -> None:
    path, page = page_of(served)
    assert 'name="look" value="own" checked' in page
    assert 'name="text_only" value="yes">' in page
    before = {"shown-look": "own", "shown-text_only": "no", "look": "own"}
    said = served.post(path, {**timed(), **before, "look": "brief"})
    assert said.status == 200
    assert 'name="look" value="brief" checked' in said.body
    served.post(path, {**timed(), **before, "text_only": "yes"})
    assert served.reader().appearance == Appearance(look="brief", text_only=True)
    shown_now = {"shown-look": "brief", "shown-text_only": "yes"}
    assert 'name="text_only" value="yes" checked' in served.get(path).body
    assert served.post(path, {**timed(), **shown_now, "look": "own"}).status == 200
    assert served.reader().appearance == Appearance()


def test_a_page_without_looks_changes_none_and_one_that_is_none_changes_nothing_at_all(served: Served) -> None:
    path, _ = page_of(served)
    text = AppearanceChange(look="brief", text_only=True)
    served.desk.audience.change_appearance(served.reader().token, text)
    served.post(path, timed())
    assert served.reader().appearance == Appearance(look="brief", text_only=True)
    said = served.post(path, {**timed(pace="daily"), "shown-look": "own", "shown-text_only": "no", "look": "loud"})
    assert said.status == 400
    assert (served.reader().appearance.look, served.reader().rhythm) == ("brief", Rhythm())


def test_a_look_of_an_earlier_version_is_shown_as_the_newsletters_own_and_hinders_nobody(served: Served) -> None:
    path, _ = page_of(served)
    served.desk.audience.change_appearance(served.reader().token, AppearanceChange(look="gothic"))
    assert 'name="look" value="own" checked' in served.get(path).body
    shown_so = {"shown-look": "own", "shown-text_only": "no", "look": "own", "text_only": "yes"}
    assert served.post(path, {**timed(), **shown_so}).status == 200
    assert served.reader().appearance == Appearance(look="gothic", text_only=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pace": "hourly"},
        {"pace": "weekly", "weekday": "someday"},
        {"hour": "24"},
        {"hour": "noon"},
        {"paused_until": "soon"},
        {"quiet": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
    ],
)
def test_a_rhythm_that_means_nothing_changes_nothing(served: Served, wrong: dict[str, str]) -> None:
    path, _ = page_of(served)
    said = served.post(path, timed(**wrong) | {"follow": []})  # type: ignore[arg-type]
    assert said.status == 400
    assert served.reader().rhythm == Rhythm()
    assert served.follows() == {DANA: 0}
