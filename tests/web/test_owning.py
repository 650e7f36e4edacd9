"""What needs a link that was mailed to its owner alone: their data, being erased; on a real server and a real store."""

import json
import logging

import pytest
from sqlalchemy import Engine

from digest.audience.links import LinkKeys, Purpose
from digest.audience.own_page import own_link
from digest.ids import ListName, Position
from tests.builders import a_declaration, a_joining, a_newsletter
from tests.contracts.desk import DANA, MORNING, Desk
from tests.fakes import NOON
from tests.web.serving import ONE_CLICK, Served, serving, subscribe
from tests.web.test_choosing import choice


def test_a_link_of_an_old_mail_is_for_looking_and_leaving(served: Served) -> None:
    path = f"/r/{served.link(purpose=Purpose.MAIL)}"
    page = served.get(path).body
    assert "This link can change something until 26 December" in page
    served.clock.move(days=8)
    old = served.get(path)
    assert old.status == 200
    assert "Dana Serikova" in old.body
    assert "too old for that" in old.body
    assert '<input type="checkbox"' not in old.body
    said = served.post(path, choice(page, "some"))
    assert (said.status, served.follows()) == (403, {DANA: 0})
    assert "this link is for looking only" in said.body
    assert served.post(path.replace("/r/", "/u/"), ONE_CLICK).status == 200
    assert "You have left" in served.get(path).body


@pytest.mark.parametrize("purpose", [Purpose.MAIL, Purpose.CONFIRM, None])
def test_a_mail_that_was_passed_on_hands_nothing_private_over(served: Served, purpose: Purpose | None) -> None:
    link = served.reader().token if purpose is None else served.link(purpose=purpose)
    page = served.get(f"/r/{link}").body
    assert "Download my data" not in page
    assert "/erase" not in page
    assert "Our other newsletters" not in page
    for said in (
        served.post(f"/r/{link}/data"),
        served.get(f"/r/{link}/erase"),
        served.post(f"/r/{link}/erase", {"sure": "yes"}),
    ):
        assert said.status == 403
        assert "a link that was mailed to you alone" in said.body
        assert "reader1@" not in said.body
    assert served.reader().follows


def test_erasing_asks_first_and_then_leaves_no_page(served: Served) -> None:
    path = f"/r/{served.link()}"
    asked = served.get(f"{path}/erase")
    assert asked.status == 200
    assert "It cannot be undone" in asked.body
    unsure = served.post(f"{path}/erase", {})
    assert unsure.status == 400
    assert "tick the box" in unsure.body
    assert served.reader().follows
    done = served.post(f"{path}/erase", {"sure": "yes"})
    assert done.status == 200
    assert "You were erased" in done.body
    assert served.desk.audience.reader(MORNING, "reader1@example.org") is None
    assert {served.get(one).status for one in (path, f"{path}/erase", path.replace("/r/", "/u/"))} == {404}
    assert served.post(f"{path}/data").status == 404
    assert served.post(f"{path}/erase", {"sure": "yes"}).status == 404


def test_who_has_left_can_still_take_their_data_and_be_erased(served: Served) -> None:
    path = f"/r/{served.link()}"
    served.post(path.replace("/r/", "/u/"), ONE_CLICK)
    assert json.loads(served.post(f"{path}/data").body)["lists"][0]["state"] == "unsubscribed"
    assert served.post(f"{path}/erase", {"sure": "yes"}).status == 200


def test_ones_own_link_shows_ones_other_newsletters(served: Served) -> None:
    for slug, name in (("evening-brief", "The Evening Brief"), ("weekly-brief", "The Weekly Brief")):
        newsletter = a_newsletter(slug, list_name=slug, name=name, journalists=(DANA,))
        served.desk.newsletters.apply(a_declaration(newsletter), at=NOON)
    rows = [a_joining("reader1@example.org", follows=(DANA,))]
    served.desk.audience.join(ListName("evening-brief"), rows, since=Position(0), at=NOON)
    page = served.get(f"/r/{served.link()}").body
    assert "The Evening Brief" in page
    evening = page.split("The Evening Brief")[1].split('href="')[1].split('"')[0]
    assert served.get(evening).status == 200
    assert 'href="/join/weekly-brief"' in page


def test_language_and_zone_are_written_as_they_were_changed(served: Served) -> None:
    path = f"/r/{served.link(purpose=Purpose.MAIL)}"
    first = {"shown-locale": "en", "locale": "ru", "shown-time_zone": "UTC", "time_zone": "UTC"}
    second = {"shown-locale": "en", "locale": "en", "shown-time_zone": "UTC", "time_zone": "asia/almaty"}
    follows = {"who": "some", "shown-who": "some", "follow": DANA, "shown-follow": DANA}
    assert 'lang="ru"' in served.post(path, follows | first).body
    assert served.post(path, follows | second).status == 200
    person = served.reader().subscriber
    assert (person.locale, person.time_zone) == ("ru", "Asia/Almaty")
    for wrong in ({"locale": "xx-nowhere"}, {"time_zone": "Mars/Olympus"}):
        assert served.post(path, follows | wrong).status == 400
    assert served.reader().subscriber == person


def test_what_is_wrong_with_a_link_is_noted_without_the_link(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    token = served.reader().token
    theirs = own_link("B" * 22, keys=LinkKeys(current=b"somebody else's key"), at=NOON).partition(".")[2]
    with caplog.at_level(logging.INFO, logger="digest.web"):
        for link in (token[:9], "A" * 22, f"{token}.{theirs}", f"{token}.cut", served.link(purpose=Purpose.CONFIRM)):
            served.get(f"/r/{link}")
    noted = "\n".join(caplog.messages)
    for fault in ("truncated: 9 of 22", "forged: a token", "forged: none of our keys", "truncated: 3 of 32", "swapped"):
        assert fault in noted
    assert token not in noted
    assert theirs not in noted


def test_a_key_may_be_changed_and_links_that_are_out_still_open(engine: Engine, database_url: str) -> None:
    desk = Desk(engine)
    subscribe(desk, ("en", (DANA,)))
    former = "the key of last year"
    (reader,) = desk.audience.readers(MORNING)
    old = own_link(reader.token, keys=LinkKeys(current=former.encode()), at=NOON)
    for settings, opens in (({}, False), ({"former_link_keys": f"{'x' * 16}, {former}"}, True)):
        with serving(database_url, desk, link_key="the key of this year", **settings) as served:
            assert ("Download my data" in served.get(f"/r/{old}").body) is opens


def test_what_is_kept_can_be_read_by_everybody(served: Served) -> None:
    page = served.get("/privacy", Accept_Language="ru")
    assert page.status == 200
    assert "Что мы храним" in page.body
    assert "desk@example.org" in page.body
