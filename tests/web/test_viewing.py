"""What a reader was sent, in a browser: by a signed address of its contents, which opens nothing else."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.audience.appearance import AppearanceChange
from digest.audience.links import LinkKeys, Purpose, key_for
from digest.compose.grouping import share_out
from digest.compose.issue import Contents, Owed
from digest.ids import GROUND, DeliveryId, IssueId, Position
from digest.render.assembly import assemble, fill
from digest.send.ledger import Claim, LeftOut, Planned
from digest.send.letter import Letters
from digest.send.view_link import view_of
from tests.builders import an_excluded
from tests.contracts.desk import DANA, MORNING
from tests.fakes import NOON
from tests.web.serving import KEY, Served, nobodys_slots, seal_issue
from tests.web.test_fuzz import STRANGE, everything

KEYS = LinkKeys(current=KEY.encode())


@pytest.fixture
def sent(served: Served) -> Served:
    """Reader 1 has Dana's articles in English and brief, reader 2 everybody's in Russian, reader 3 nothing."""
    served.desk.audience.change_appearance(served.reader(1).token, AppearanceChange(look="brief"))
    plan(served, seal_issue(served.desk, looks=("brief",)))
    return served


def plan(served: Served, issue: IssueId) -> None:
    desk = served.desk
    readers = [replace(one, cursor=GROUND, is_awaiting=False) for one in desk.audience.readers(MORNING)]
    shared = list(share_out(desk.issues.sealed(issue).frozen, readers))
    planned = [Planned(id=delivery(one, issue), owed=one) for one in shared if isinstance(one, Owed)]
    left = [
        LeftOut(id=DeliveryId(f"{issue}-x{number}"), excluded=one)
        for number, one in enumerate(shared)
        if not isinstance(one, Owed)
    ]
    desk.ledger.plan(issue, planned, left, height=Position(3), at=NOON)


def delivery(owed: Owed, issue: IssueId) -> DeliveryId:
    return DeliveryId(f"{issue}-{owed.reader.subscriber.id}")


def contents_of(sent: Served, number: int, issue: str = "morning-brief-1") -> Contents:
    reader = replace(sent.reader(number), cursor=GROUND, is_awaiting=False)  # as they were when it was planned
    owed = next(iter(share_out(sent.desk.issues.sealed(IssueId(issue)).frozen, [reader])))
    assert isinstance(owed, Owed)
    return owed.contents


def path_of(sent: Served, number: int, issue: str = "morning-brief-1") -> str:
    frozen = sent.desk.issues.sealed(IssueId(issue)).frozen
    return f"/i/{issue}/{view_of(contents_of(sent, number, issue), frozen, keys=KEYS)}"


def test_it_is_the_very_bytes_of_their_mail_with_nobodys_slots(sent: Served) -> None:
    sealed = sent.desk.issues.sealed(IssueId("morning-brief-1"))
    neutral = nobodys_slots(sent.url, "morning-brief-1")
    for number, look, locale in ((1, "brief", "en"), (2, "classic", "ru")):
        contents = contents_of(sent, number)
        assert (contents.look, contents.locale) == (look, locale)
        page = sent.get(path_of(sent, number))
        assert page.status == 200
        assert page.body == fill(assemble(sealed.rendition_for(contents), contents), neutral).html
        assert page.headers["content-language"] == locale
    first = sent.get(path_of(sent, 1)).body
    assert "Snow closes the Medeu road" in first
    assert "Ледоход на Иртыше" not in first
    assert first != sent.get("/i/morning-brief-1", Accept_Language="en").body


def test_the_mail_leads_there(sent: Served) -> None:
    reader = sent.reader(1)
    claim = Claim(
        id=DeliveryId("d"),
        subscriber=reader.subscriber.id,
        address=reader.subscriber.address,
        name=reader.subscriber.name,
        token=reader.token,
        contents=contents_of(sent, 1),
    )
    sealed = sent.desk.issues.sealed(IssueId("morning-brief-1"))
    mail = Letters(sealed, public_url=sent.url, link_keys=KEYS).write(claim, at=NOON)
    assert mail.html.count(f'href="{sent.url}{path_of(sent, 1)}"') == 1
    assert f"{sent.url}{path_of(sent, 1)}\n" in mail.text


def test_it_is_kept_by_nobody_found_by_nobody_and_tells_nobody_where_its_reader_came_from(sent: Served) -> None:
    page = sent.get(path_of(sent, 1))
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not {"set-cookie", "etag"} & page.headers.keys()


def test_no_reader_is_in_it_and_nothing_in_it_opens_anything_of_theirs(sent: Served) -> None:
    for number in (1, 2):
        reader, page = sent.reader(number), sent.get(path_of(sent, number)).body
        for secret in (reader.token, reader.subscriber.name, reader.subscriber.address, f"morning-brief-1-{number}"):
            assert secret not in page + path_of(sent, number)
        view = path_of(sent, number).rpartition("/")[2]
        assert view not in page
        for kind in ("r", "u"):
            assert sent.get(f"/{kind}/{view}").status == 404
            assert sent.post(f"/{kind}/{view}", {"List-Unsubscribe": "One-Click"}).status == 404


def test_whoever_asks_changes_nothing_and_only_get_and_head_are_answered(sent: Served) -> None:
    before = everything(sent.desk.engine)
    path = path_of(sent, 1)
    assert sent.get(path).status == 200
    assert (sent.ask("HEAD", path).status, sent.ask("HEAD", path).body) == (200, "")
    assert sent.post(path, {"List-Unsubscribe": "One-Click"}).status == 405
    assert everything(sent.desk.engine) == before


def assert_is_the_whole_issue(sent: Served, path: str, issue: str = "morning-brief-1") -> None:
    answer = sent.get(path)
    assert (answer.status, answer.headers["location"]) == (302, f"../{issue}")
    assert answer.headers["cache-control"] == "no-store"


def test_after_thirty_days_it_leads_to_the_whole_issue(sent: Served) -> None:
    path = path_of(sent, 1)
    sent.clock.move(days=30)
    assert sent.get(path).status == 200
    sent.clock.move(seconds=1)
    assert_is_the_whole_issue(sent, path)


def test_contents_that_are_not_there_lead_to_the_whole_issue(sent: Served) -> None:
    frozen = sent.desk.issues.sealed(IssueId("morning-brief-1")).frozen
    gone = replace(contents_of(sent, 1), key="0" * 64)
    assert_is_the_whole_issue(sent, f"/i/morning-brief-1/{view_of(gone, frozen, keys=KEYS)}")


def test_an_address_of_another_issue_or_of_none_opens_nothing(sent: Served) -> None:
    plan(sent, seal_issue(sent.desk, number=2))
    view = path_of(sent, 1).rpartition("/")[2]
    assert_is_the_whole_issue(sent, f"/i/morning-brief-2/{view}", "morning-brief-2")
    assert sent.get(f"/i/morning-brief-3/{view}").status == 404
    seal_issue(sent.desk, number=4, approve=False)
    assert sent.get(f"/i/morning-brief-4/{view}").status == 404


def test_who_is_erased_leaves_what_others_had_and_nothing_that_was_theirs_alone(sent: Served) -> None:
    first, second = path_of(sent, 1), path_of(sent, 2)
    assert sent.runtime.persons.erase(sent.reader(1).token, at=NOON)
    assert_is_the_whole_issue(sent, first)
    assert sent.get(second).status == 200


def test_contents_that_several_had_are_there_as_long_as_one_of_them_is(sent: Served) -> None:
    token = sent.reader(3).token
    everybody = {"who": "everybody", "shown-who": "some"}
    assert sent.post(f"/r/{sent.link(3)}", everybody).status == 200
    sent.desk.audience.change_appearance(token, AppearanceChange(look="brief"))
    assert sent.post(f"/r/{sent.link(3)}", {"who": "some", "shown-who": "everybody", "follow": [DANA]}).status == 200
    plan(sent, seal_issue(sent.desk, number=2, looks=("brief",)))
    path = path_of(sent, 1, "morning-brief-2")
    assert path == path_of(sent, 3, "morning-brief-2")
    sent.runtime.persons.erase(sent.reader(1).token, at=NOON)
    assert sent.get(path).status == 200
    sent.runtime.persons.erase(token, at=NOON)
    assert_is_the_whole_issue(sent, path, "morning-brief-2")


def test_text_alone_is_shown_with_what_html_had_of_it(sent: Served) -> None:
    sent.desk.audience.change_appearance(sent.reader(2).token, AppearanceChange(text_only=True))
    plan(sent, seal_issue(sent.desk, number=2))
    page = sent.get(path_of(sent, 2, "morning-brief-2"))
    assert (page.status, page.headers["content-language"]) == (200, "ru")
    assert page.body.startswith("<!DOCTYPE html")
    assert "Ледоход на Иртыше" in page.body


def test_a_correction_is_announced_there_too(sent: Served) -> None:
    before = sent.get(path_of(sent, 1)).body
    assert "correction" not in before
    correction = seal_issue(sent.desk, number=2, corrects="morning-brief-1")
    readers = sent.desk.audience.readers(MORNING)
    left = [LeftOut(id=DeliveryId(f"c{one.subscriber.id}"), excluded=an_excluded(one)) for one in readers]
    sent.desk.ledger.plan(correction, [], left, height=Position(3), at=NOON)
    page = sent.get(path_of(sent, 1)).body
    assert f'href="{sent.url}/i/{correction}"' in page


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_was_not_given_out_shows_nothing_of_anybody(sent: Served, data: st.DataObject) -> None:
    view = path_of(sent, 1).rpartition("/")[2]
    beginning, _, key = view.partition(".")
    subject = f"morning-brief-1/{beginning}"
    at = data.draw(st.integers(0, len(view) - 1))
    forged = data.draw(
        st.sampled_from(
            [
                view[:at] + ("0" if view[at] != "0" else "1") + view[at + 1 :],
                view[:at] + view[at + 1 :],
                f"{beginning}.{key[::-1]}",
                f"{contents_of(sent, 2).key[:22]}.{key}",
                f"{beginning}.{key_for(Purpose.OWN, subject, keys=KEYS, at=NOON)}",
                f"{beginning}.{key_for(Purpose.VIEW, sent.reader(1).token, keys=KEYS, at=NOON)}",
                f"{beginning}.{key_for(Purpose.VIEW, subject, keys=LinkKeys(current=b'another'), at=NOON)}",
                sent.link(1),
                contents_of(sent, 1).key,
            ]
        )
        | STRANGE.filter(lambda text: text.isascii() and text.isprintable() and not set(text) & set("/?#% \\"))
    )
    if forged in ("", ".", "..", view):
        return
    assert_is_the_whole_issue(sent, f"/i/morning-brief-1/{forged}")
