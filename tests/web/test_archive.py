"""Sent issues for everybody: neutral, frozen, and not before they are on their way."""

import json
from collections.abc import Iterator
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import Engine

from digest.compose.whole import whole
from digest.config import Archive
from digest.ids import EVERY_JOURNALIST, IssueId, Position
from digest.render.assembly import assemble, fill
from digest.send.ledger import LeftOut
from digest.send.open_letter import open_letter
from tests.builders import an_excluded
from tests.contracts.desk import DANA, Desk
from tests.fakes import NOON
from tests.web.conftest import READERS
from tests.web.serving import Served, nobodys_slots, seal_issue, serving, subscribe

ATOM = "{http://www.w3.org/2005/Atom}"


def send(desk: Desk, issue: IssueId) -> None:
    """Put an approved issue on its way; nobody is owed anything of it."""
    readers = desk.audience.readers(desk.audience.lists()[0])
    left_out = [LeftOut(id=f"{issue}-{one.subscriber.id}", excluded=an_excluded(one)) for one in readers]  # type: ignore[arg-type]
    desk.ledger.plan(issue, [], left_out, height=Position(3), at=NOON)


@pytest.fixture
def sent(served: Served) -> Served:
    send(served.desk, seal_issue(served.desk))
    return served


def test_an_issue_is_its_sealed_bytes_with_nobodys_slots(sent: Served) -> None:
    page = sent.get("/i/morning-brief-1")
    assert page.status == 200
    sealed = sent.desk.issues.sealed(IssueId("morning-brief-1"))
    slots = nobodys_slots(sent.url, "morning-brief-1")
    assert page.body == fill(assemble(sealed.renditions[0], whole(sealed.frozen, "en")), slots).html
    for title in ("Snow closes the Medeu road", "Who pays for the &lt;grid&gt;", "Ледоход на Иртыше"):
        assert title in page.body
    assert page.body.count('<h3 class="h3"') == 3, "a story of two journalists is there once"


def test_no_reader_is_in_it(sent: Served) -> None:
    page = sent.get("/i/morning-brief-1").body
    for number in (1, 2, 3):
        reader = sent.reader(number)
        assert reader.token not in page
        assert reader.subscriber.name not in page
        assert reader.subscriber.address not in page
    assert "For ." not in page


def test_it_comes_in_the_language_that_is_asked_for(sent: Served) -> None:
    asked = {
        "en": sent.get("/i/morning-brief-1"),
        "ru": sent.get("/i/morning-brief-1", Accept_Language="de, ru-KZ;q=0.8, en;q=0.5"),
    }
    for language, page in asked.items():
        assert page.headers["content-language"] == language
        assert f'<html lang="{language}"' in page.body
        assert page.headers["vary"] == "Accept-Language"
    assert sent.get("/i/morning-brief-1?lang=ru").body == asked["ru"].body
    assert sent.get("/i/morning-brief-1?lang=%00", Accept_Language="ru;q=x,,;q=1,*").body == asked["en"].body


def test_it_brings_nothing_from_elsewhere_and_no_script(sent: Served) -> None:
    page = sent.get("/i/morning-brief-1")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "img-src" not in policy
    assert "<script" not in page.body


def test_who_has_it_already_is_not_sent_it_again(sent: Served) -> None:
    first = sent.get("/i/morning-brief-1")
    again = sent.get("/i/morning-brief-1", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, "")
    assert sent.get("/i/morning-brief-1", If_None_Match='"other"').status == 200


def test_what_is_not_on_its_way_is_nobodys_business(served: Served) -> None:
    unknown = served.get("/i/morning-brief-9")
    waiting = seal_issue(served.desk, approve=False)
    assert (served.get(f"/i/{waiting}").status, served.get(f"/i/{waiting}").body) == (404, unknown.body)
    seal_issue(served.desk, number=2)  # supersedes the first one
    for number in (1, 2):
        assert served.get(f"/i/morning-brief-{number}").body == unknown.body
    assert "No. 1" not in served.get("/i").body
    send(served.desk, IssueId("morning-brief-2"))
    assert served.get("/i/morning-brief-2").status == 200
    assert served.get("/i/morning-brief-1").status == 404


@pytest.mark.parametrize(
    "name", ["Morning-Brief-1", "morning-brief-1%00", "..%2f..%2fetc", "morning-brief-1.", "%D0%B9"]
)
def test_a_strange_name_is_no_issue(sent: Served, name: str) -> None:
    assert sent.get(f"/i/{name}").status == 404


def test_the_lists_lead_to_every_sent_issue(sent: Served) -> None:
    send(sent.desk, seal_issue(sent.desk, number=2))
    seal_issue(sent.desk, number=3)
    for path in ("/", "/i", "/n/morning-brief"):
        page = sent.get(path).body
        assert page.index("/i/morning-brief-2") < page.index("/i/morning-brief-1")
        assert "morning-brief-3" not in page
        assert "Who pays for the &lt;grid&gt;" in page
    assert sent.get("/n/nobody").status == 404


def test_before_the_first_issue_a_list_says_what_will_be_there(served: Served) -> None:
    assert "The first issue will be here" in served.get("/i").body


def test_the_feed_has_an_entry_for_every_sent_issue(sent: Served) -> None:
    answer = sent.get("/n/morning-brief/atom.xml")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = fromstring(answer.body.encode())
    assert feed.findtext(f"{ATOM}title") == "The Morning Brief"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"{sent.url}/i/morning-brief-1"
    assert entry.findtext(f"{ATOM}updated") == "2025-12-19T12:00:00Z"
    assert "Who pays for the <grid>" in (entry.findtext(f"{ATOM}summary") or "")


@pytest.fixture
def corrected(sent: Served) -> Served:
    send(sent.desk, seal_issue(sent.desk, number=2))
    send(sent.desk, seal_issue(sent.desk, number=3, corrects="morning-brief-1"))
    return sent


def test_a_correction_says_in_lists_and_feed_what_it_corrects(corrected: Served) -> None:
    page = corrected.get("/n/morning-brief").body
    assert "<b>Correction to No. 1</b>" in page
    assert '<a href="/i/morning-brief-3">Corrected in No. 3</a>' in page
    assert page.count("Correct") == 2
    assert "Исправление к № 1" in corrected.get("/n/morning-brief", Accept_Language="ru").body
    feed = fromstring(corrected.get("/n/morning-brief/atom.xml").body.encode())
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in feed.findall(f"{ATOM}entry")]
    assert [title.startswith("Correction: ") for title in titles] == [True, False, False]


def test_a_corrected_issue_leads_to_its_correction_and_is_itself_unchanged(corrected: Served) -> None:
    before = corrected.get("/i/morning-brief-2").body
    assert "correction" not in before
    page = corrected.get("/i/morning-brief-1")
    notice = f'href="{corrected.url}/i/morning-brief-3">There is a correction to this issue</a></p>'
    assert notice in page.body
    sealed = corrected.desk.issues.sealed(IssueId("morning-brief-1"))
    as_it_was = open_letter(sealed, "en", public_url=corrected.url).html
    start, _, rest = page.body.partition("\n<p style=")
    assert start + rest.partition(notice)[2] == as_it_was
    assert "К этому выпуску есть исправление" in corrected.get("/i/morning-brief-1?lang=ru").body
    assert "There is a correction" not in corrected.get("/i/morning-brief-3").body


def test_who_has_the_issue_already_learns_of_its_correction(sent: Served) -> None:
    etag = sent.get("/i/morning-brief-1").headers["etag"]
    waiting = seal_issue(sent.desk, number=2, corrects="morning-brief-1")
    assert sent.get("/i/morning-brief-1", If_None_Match=etag).status == 304
    send(sent.desk, waiting)
    assert sent.get("/i/morning-brief-1", If_None_Match=etag).status == 200


def test_an_empty_feed_is_a_feed(served: Served) -> None:
    feed = fromstring(served.get("/n/morning-brief/atom.xml").body.encode())
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


@pytest.fixture(params=list(Archive))
def of_each_kind(request: pytest.FixtureRequest, engine: Engine, database_url: str) -> Iterator[tuple[Archive, Served]]:
    desk = Desk(engine)
    subscribe(desk, *READERS[:1], ("en", (DANA, EVERY_JOURNALIST)))
    send(desk, seal_issue(desk))
    with serving(database_url, desk, archive=request.param) as running:
        yield request.param, running


def test_an_operator_says_who_finds_what_was_sent(of_each_kind: tuple[Archive, Served]) -> None:
    archive, served = of_each_kind
    statuses = [served.get(path).status for path in ("/", "/i", "/n/morning-brief", "/n/morning-brief/atom.xml")]
    assert statuses == [404 if archive is Archive.UNLISTED else 200] * 4
    issue = served.get("/i/morning-brief-1")
    assert issue.status == 200
    assert ("x-robots-tag" in issue.headers) is (archive is not Archive.INDEXED)
    own = served.get(f"/r/{served.reader().token}").body
    assert ("Earlier issues" in own) is (archive is not Archive.UNLISTED)
    assert '<meta name="robots" content="noindex">' in own


def test_a_journalist_has_a_list_and_feeds_of_the_issues_with_their_articles(sent: Served) -> None:
    page = sent.get(f"/j/{DANA}")
    assert page.status == 200
    assert 'href="/i/morning-brief-1"' in page.body
    assert f'href="/j/{DANA}"' in sent.get("/n/morning-brief").body
    for path in (f"/j/{DANA}", "/n/morning-brief"):
        told = json.loads(sent.get(f"{path}/feed.json").body)
        assert sent.get(f"{path}/feed.json").headers["content-type"] == "application/feed+json"
        assert [item["url"] for item in told["items"]] == [f"{sent.url}/i/morning-brief-1"]
        assert f"{sent.url}/i/morning-brief-1" in sent.get(f"{path}/atom.xml").body
    for path in ("/j/nobody", "/j/nobody/atom.xml", "/j/nobody/feed.json"):
        assert sent.get(path).status == 404


def test_a_journalist_of_whom_nothing_was_sent_has_an_empty_list(served: Served) -> None:
    assert "Nothing was sent yet" in served.get(f"/j/{DANA}").body
    assert json.loads(served.get(f"/j/{DANA}/feed.json").body)["items"] == []
