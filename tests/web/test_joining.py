"""Signing up and confirming it, on a real server, a real store and a real outbox."""

import logging
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, Select, select

from digest.audience.consent import FORGOTTEN_AFTER, Choices, Fate, Proof
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import Pace, Weekday
from digest.audience.sign_up_form import Sent
from digest.ids import EVERY_JOURNALIST, NewsletterId
from digest.newsroom_doubts import reconcile
from digest.newsroom_joining import sign_up
from digest.newsroom_notices import send_notices
from digest.store.tables import consents, metadata, notices, sign_ups, subscribers
from tests.contracts.desk import ASEL, DANA, MORNING, Desk
from tests.fakes import NOON
from tests.web.serving import ONE_CLICK, Answer, Served, seal_issue, serving, subscribe

NEW = "new@example.org"
JOIN = f"/join/{MORNING}"


@pytest.fixture
def served(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Served]:
    """Reader 1 is on the list, reader 2 has left it; mails go to ``tmp_path/outbox``."""
    desk = Desk(engine)
    subscribe(desk, ("en", (DANA,)), ("ru", (DANA,)))
    desk.audience.leave(MORNING, "reader2@example.org", at=NOON)
    with serving(database_url, desk, outbox_dir=tmp_path / "outbox") as running:
        yield running


def form(served: Served, address: str = NEW, **changed: object) -> dict[str, object]:
    """Return what a browser sends of our page, some seconds after it was shown."""
    page = served.get(JOIN).body
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    served.clock.move(seconds=5)
    return {**hidden, "address": address, "website": "", "who": "everybody", **changed}


def post_from(served: Served, address: str, path: str, sent: dict[str, object] | None = None) -> Answer:
    """Send a form as a browser does that a proxy has let through."""
    headers = {"Content_Type": "application/x-www-form-urlencoded", "X_Forwarded_For": f"10.9.8.7, {address}"}
    return served.ask("POST", path, urlencode(sent or {}, doseq=True).encode(), **headers)


def mails(served: Served) -> list[EmailMessage]:
    """Send what waits, and return all that was sent, the oldest first. The server sends it, too, after its answer."""
    under_way = select(notices.c.id).where(notices.c.state.in_(["planned", "claimed"]))
    while _is_any(served, under_way):
        send_notices(served.runtime)
        sleep(0.01)
    paths = sorted(served.runtime.settings.outbox_dir.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=default) for path in paths]  # type: ignore[misc]


def _is_any(served: Served, query: Select[tuple[str]]) -> bool:
    with served.desk.engine.connect() as connection:
        return connection.execute(query).first() is not None


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage, page: str) -> str:
    """Return the path of the one link of a kind that a mail has."""
    (found,) = set(re.findall(rf"https?://[^/\s]+(/{page}/[\w.-]+)", text_of(mail)))
    return str(found)


def everything(desk: Desk) -> dict[str, list[str]]:
    with desk.engine.connect() as connection:
        return {one.name: sorted(map(repr, connection.execute(select(one)).all())) for one in metadata.sorted_tables}


def joined(served: Served, address: str = NEW, **changed: object) -> str:
    """Sign up and confirm; return the confirming path."""
    served.post(JOIN, form(served, address, **changed))
    path = link_in(mails(served)[-1], "c")
    assert served.post(path).status == 200
    return path


# --- signing up -------------------------------------------------------------------------------------------------------


def test_the_page_offers_what_there_is_and_guesses_from_the_browser(served: Served) -> None:
    page = served.get(JOIN, Accept_Language="ru-KZ,ru;q=0.9")
    assert page.status == 200
    assert '<option value="Asia/Almaty" selected>' in page.body
    assert "присылайте мне «The Morning Brief»" in page.body
    assert 'value="dana-serikova"' in page.body
    assert "set-cookie" not in page.headers
    assert "<script" not in page.body
    assert '<option value="Europe/London" selected>' in served.get(JOIN, Accept_Language="en-GB").body
    assert "Sign up for The Morning Brief" in served.get("/join").body
    assert served.get("/join/nothing").status == 404


def test_nothing_begins_before_it_is_confirmed(served: Served) -> None:
    seal_issue(served.desk)
    said = served.post(JOIN, form(served, who="some", follow=[ASEL], pace="weekly", weekday="wed", locale="en"))
    assert said.status == 200
    assert "Now look into your mail" in said.body
    assert not {"location", "set-cookie"} & said.headers.keys()
    assert served.desk.audience.reader(MORNING, NEW) is None
    (mail,) = mails(served)
    assert mail["To"] == NEW
    path = link_in(mail, "c")

    before = everything(served.desk)
    for method in ("GET", "HEAD") * 3:
        assert served.ask(method, path).status == 200
    assert everything(served.desk) == before

    done = served.post(path)
    assert done.status == 200
    assert "You are on the list" in done.body
    reader = served.desk.audience.reader(MORNING, NEW)
    assert reader is not None
    assert reader.state is SubscriptionState.ACTIVE
    assert [one.journalist for one in reader.follows] == [ASEL]
    assert (reader.rhythm.pace, reader.rhythm.weekday) == (Pace.WEEKLY, Weekday.WEDNESDAY)
    (own,) = re.findall(r'href="(/r/[^"]+)"', done.body)
    assert "Download my data" in served.get(own).body
    welcome = mails(served)[-1]
    assert link_in(welcome, "r")
    assert f"/u/{reader.token}>" in welcome["List-Unsubscribe"]


def test_the_proof_is_kept_and_shown_to_its_owner(served: Served) -> None:
    post_from(served, "203.0.113.77", JOIN, form(served))
    post_from(served, "2001:db8:7:1::5", link_in(mails(served)[-1], "c"))
    with served.desk.engine.connect() as connection:
        (row,) = connection.execute(select(consents)).all()
        assert connection.execute(select(sign_ups)).all() == []
    assert row.words.startswith("Yes, mail me The Morning Brief.")
    assert (row.how, row.language, row.network) == ("form", "en", "203.0.113.0/24")
    assert re.fullmatch("[0-9a-f]{12}", row.version)
    assert row.given_at < row.confirmed_at or row.given_at == row.confirmed_at
    assert row.confirmed_network == "2001:db8:7::/48"


def test_the_network_is_not_kept_where_that_is_not_wanted(engine: Engine, database_url: str, tmp_path: Path) -> None:
    desk = Desk(engine)
    subscribe(desk)
    with serving(database_url, desk, outbox_dir=tmp_path, sign_up_keep_network=False) as served:
        post_from(served, "203.0.113.77", JOIN, form(served))
        post_from(served, "203.0.113.77", link_in(mails(served)[-1], "c"))
        with engine.connect() as connection:
            (row,) = connection.execute(select(consents)).all()
    assert (row.network, row.confirmed_network) == (None, None)


def test_confirming_twice_is_confirming_once(served: Served) -> None:
    path = joined(served)
    mails(served)
    after = everything(served.desk)
    again = served.post(path)
    assert again.status == 200
    assert "You are on the list" in again.body
    assert everything(served.desk) == after


def test_the_answer_does_not_tell_who_is_known(served: Served) -> None:
    served.desk.audience.suppress("bounced@example.org", SuppressionReason.BOUNCED, at=NOON)
    addresses = (NEW, "reader1@example.org", "reader2@example.org", "bounced@example.org", NEW)
    said = [served.post(JOIN, form(served, one)) for one in addresses]
    assert {one.status for one in said} == {200}
    bodies = {one.body.replace(address, "…") for one, address in zip(said, addresses, strict=True)}
    assert len(bodies) == 1
    heads = [{name for name in one.headers if name != "date"} for one in said]
    assert all(head == heads[0] for head in heads)


def test_somebody_on_the_list_is_mailed_the_link_to_their_page(served: Served) -> None:
    before = served.reader()
    served.post(JOIN, form(served, " READER1@example.org", who="some", follow=[ASEL]))
    (mail,) = mails(served)
    assert mail["To"].addresses[0].addr_spec == "reader1@example.org"
    assert "Download my data" in served.get(link_in(mail, "r")).body
    assert served.reader() == before


def test_whoever_had_left_comes_back_by_signing_up_and_nobody_can_do_it_for_them(served: Served) -> None:
    served.desk.shelve("k1", "k2")
    address = "reader2@example.org"
    before = served.reader(2)
    served.post(JOIN, form(served, address, who="some", follow=[ASEL]))
    assert served.reader(2) == before
    path = link_in(mails(served)[-1], "c")
    served.post(path)
    after = served.reader(2)
    assert after.state is SubscriptionState.ACTIVE
    assert [(one.journalist, one.since) for one in after.follows] == [(ASEL, 2)]
    assert after.token == before.token


def test_who_left_all_our_mail_and_confirms_is_mailed_again(served: Served) -> None:
    served.desk.audience.suppress(NEW, SuppressionReason.UNSUBSCRIBED, at=NOON)
    joined(served)
    reader = served.desk.audience.reader(MORNING, NEW)
    assert reader is not None
    assert reader.suppression is None


def test_nobody_who_was_erased_is_mailed_or_kept(served: Served) -> None:
    served.post(f"/r/{served.link()}/erase", {"sure": "yes"})
    assert served.post(JOIN, form(served, "reader1@example.org")).status == 200
    assert mails(served) == []
    assert "reader1@" not in repr(everything(served.desk))


def test_a_thousand_sign_ups_of_one_address_are_one_mail(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Forty by the page, the others by the step behind it: a thousand forms by HTTP take half a minute."""
    sent = form(served)
    with caplog.at_level(logging.INFO, logger="digest.web"):
        statuses = [served.post(JOIN, sent).status for _ in range(40)]
    assert set(statuses) == {200}
    newsletter, at = served.runtime.newsletters.newsletter(NewsletterId("morning-brief")), served.clock.now()
    choices = Choices(follows=(EVERY_JOURNALIST,), locale="en", time_zone="UTC")
    understood = Sent(address=NEW, choices=choices, version="1", is_bots=False)
    proof = Proof(words="Yes, mail me", version="1", language="en", network=None, at=at)
    fates = {sign_up(served.runtime, newsletter, understood, proof) for _ in range(960)}
    assert fates == {Fate.TOO_OFTEN}
    assert len(mails(served)) == 1
    assert caplog.text.count("sign-up: too-often") == 39
    assert NEW not in caplog.text


def test_one_network_signs_up_so_often_and_no_more(served: Served) -> None:
    sent = form(served)
    said = [
        post_from(served, f"203.0.113.{number}", JOIN, {**sent, "address": f"new{number}@example.org"})
        for number in range(62)
    ]
    assert [one.status for one in said].count(200) == 60
    assert said[-1].status == 429
    assert said[-1].headers["retry-after"] == "3600"
    assert "from your network" in said[-1].body
    other = post_from(served, "198.51.100.9", JOIN, {**sent, "address": "elsewhere@example.org"})
    unnamed = served.post(JOIN, {**sent, "address": "unnamed@example.org"})
    assert (other.status, unnamed.status) == (200, 200)


def test_a_program_that_fills_in_everything_is_told_the_same_and_nothing_happens(served: Served) -> None:
    before = everything(served.desk)
    said = served.post(JOIN, form(served, website="https://spam.example"))
    assert (said.status, "Now look into your mail" in said.body) == (200, True)
    assert everything(served.desk) == before


def test_a_form_that_was_open_for_a_day_or_for_a_moment_is_asked_for_once_more(served: Served) -> None:
    sent = form(served)
    served.clock.move(seconds=-4)
    hasty = served.post(JOIN, sent)
    served.clock.move(days=2)
    late = served.post(JOIN, sent)
    forged = served.post(JOIN, {**sent, "shown": "A" * 32})
    for said in (hasty, late, forged):
        assert said.status == 400
        assert "press the button once more" in said.body
        assert f'value="{NEW}"' in said.body
    assert mails(served) == []


def test_a_form_on_anybodys_page_will_do(served: Served) -> None:
    body = f"address={NEW.replace('@', '%40')}&follow={DANA}&who=some".encode()
    headers = {
        "Content_Type": "application/x-www-form-urlencoded",
        "Origin": "https://newsroom.example",
        "Sec_Fetch_Site": "cross-site",
    }
    said = served.ask("POST", JOIN, body, **headers)
    assert said.status == 200
    path = link_in(mails(served)[-1], "c")
    served.post(path)
    reader = served.desk.audience.reader(MORNING, NEW)
    assert reader is not None
    assert [one.journalist for one in reader.follows] == [DANA]
    with served.desk.engine.connect() as connection:
        assert connection.scalars(select(consents.c.version)).all() == ["not said"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"address": ""}, "write your address"),
        ({"address": "nobody"}, "no address that can be mailed"),
        ({"address": "me@pаypal.com"}, "several alphabets"),
        ({"who": "some"}, "choose somebody, or everybody"),
        ({"pace": "hourly"}, "choose again"),
        ({"address": f"{'x' * 300}@example.org"}, "no address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(served: Served, changed: dict[str, str], words: str) -> None:
    said = served.post(JOIN, form(served) | changed)
    assert said.status == 400
    assert words in said.body
    assert mails(served) == []


def test_a_domain_in_other_letters_is_shown_as_it_is_spelled_in_dns(served: Served) -> None:
    said = served.post(JOIN, form(served, "reader@почта.рф"))
    assert said.status == 200
    assert "reader@xn--80a1acny.xn--p1ai" in said.body


def test_domains_that_are_refused(engine: Engine, database_url: str, tmp_path: Path) -> None:
    desk = Desk(engine)
    subscribe(desk)
    listed = tmp_path / "refused.txt"
    listed.write_text("# throw-away\nTrash.example\n\n", encoding="utf-8")
    with serving(database_url, desk, outbox_dir=tmp_path, sign_up_refused_domains=listed) as served:
        for address, status in (("a@trash.example", 400), ("a@mx.trash.example", 400), ("a@nottrash.example", 200)):
            assert served.post(JOIN, form(served, address)).status == status


def test_ten_megabytes_are_not_read(served: Served) -> None:
    headers = {"Content_Type": "application/x-www-form-urlencoded"}
    try:
        said = served.ask("POST", JOIN, b"address=" + b"x" * 10_000_000, **headers)
    except (BrokenPipeError, ConnectionResetError):
        return  # it hung up before all of it was sent
    assert said.status == 413


# --- confirming -------------------------------------------------------------------------------------------------------


def test_a_confirming_link_that_is_cut_old_or_made_up_leads_nowhere(served: Served) -> None:
    served.post(JOIN, form(served))
    path = link_in(mails(served)[-1], "c")
    wrong = [path[:-1], f"{path}x", "/c/x", "/c/AAAAAAAAAAAAAAAAAAAAAA." + "A" * 32, f"/c/{served.link()}"]
    said = [served.ask(method, one) for one in wrong for method in ("GET", "POST")]
    assert {(one.status, one.body) for one in said} == {(404, said[0].body)}
    served.clock.move(days=8)
    assert served.post(path).status == 404
    assert served.desk.audience.reader(MORNING, NEW) is None


def test_who_does_not_confirm_is_forgotten(served: Served) -> None:
    served.post(JOIN, form(served))
    served.clock.move(days=FORGOTTEN_AFTER.days + 1)
    served.post(JOIN, form(served, "another@example.org"))
    assert reconcile(served.runtime).forgotten == 1
    with served.desk.engine.connect() as connection:
        assert connection.scalars(select(sign_ups.c.identity)).all() == ["another@example.org"]
        assert NEW not in connection.scalars(select(subscribers.c.identity)).all()
    assert reconcile(served.runtime).forgotten == 0


def test_what_was_chosen_for_lists_that_somebody_reads_already_stays(served: Served) -> None:
    joined(served, locale="ru", time_zone="Asia/Almaty")
    reader = served.desk.audience.reader(MORNING, NEW)
    assert reader is not None
    assert (reader.subscriber.locale, reader.subscriber.time_zone) == ("ru", "Asia/Almaty")
    assert [one.journalist for one in reader.follows] == [EVERY_JOURNALIST]


# --- a fresh link -----------------------------------------------------------------------------------------------------


def test_a_fresh_link_is_mailed_to_its_owner_and_not_too_often(served: Served) -> None:
    token = served.reader().token
    said = served.post(f"/r/{token}/link")
    assert said.status == 200
    assert "A link is on its way to r•••@example.org" in said.body
    (mail,) = mails(served)
    assert mail["To"].addresses[0].addr_spec == "reader1@example.org"
    assert "Erase me" in served.get(link_in(mail, "r")).body
    assert "a short while ago" in served.post(f"/r/{token}/link").body
    assert len(mails(served)) == 1
    served.clock.move(hours=1)
    served.post(f"/r/{token}/link")
    assert len(mails(served)) == 2


def test_nobody_is_mailed_a_link_who_is_not_mailed_at_all(served: Served) -> None:
    served.desk.audience.suppress("reader1@example.org", SuppressionReason.COMPLAINED, at=NOON)
    said = served.post(f"/r/{served.reader().token}/link")
    assert "We cannot mail you a link" in said.body
    assert mails(served) == []


def test_whoever_lost_their_link_has_it_mailed_and_nobody_learns_who_reads_us(served: Served) -> None:
    page = served.get("/r")
    assert "Is no mail of ours at hand?" in page.body
    said = [served.post("/r", {"address": one}) for one in ("READER1@example.org", "nobody@example.org", "no address")]
    assert {(one.status, one.body) for one in said} == {(200, said[0].body)}
    (mail,) = mails(served)
    assert mail["To"].addresses[0].addr_spec == "reader1@example.org"
    assert "Erase me" in served.get(link_in(mail, "r")).body
    served.post("/r", {"address": "reader1@example.org"})
    assert len(mails(served)) == 1


def test_whoever_has_left_can_ask_for_a_link_to_their_data(served: Served) -> None:
    token = served.reader(2).token
    assert "Прислать мне такую ссылку" in served.get(f"/u/{token}").body
    said = served.post(f"/r/{token}/link")
    assert "Ссылка отправлена" in said.body
    page = served.get(link_in(mails(served)[-1], "r")).body
    assert "Вы отписались" in page
    assert f'action="/r/{served.link(2).partition(".")[0]}' in page
    assert "Скачать мои данные" in page


def test_who_left_comes_back_and_leaves_again_by_their_mails_header(served: Served) -> None:
    joined(served)
    reader = served.desk.audience.reader(MORNING, NEW)
    assert reader is not None
    assert served.post(f"/u/{reader.token}", ONE_CLICK).status == 200
    after = served.desk.audience.reader(MORNING, NEW)
    assert after is not None
    assert after.state is SubscriptionState.UNSUBSCRIBED


def test_without_a_key_nobody_can_sign_up(engine: Engine, database_url: str) -> None:
    desk = Desk(engine)
    subscribe(desk, ("en", (DANA,)))
    for settings in ({"secret_key": None}, {"sign_up": False}):
        with serving(database_url, desk, **settings) as served:
            assert served.get(JOIN).status == 404
            assert served.post(JOIN, {"address": NEW}).status == 404
