"""Readers of many contents under one template: the same bytes as in groups, whatever happens to the template."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.audience.links import LinkKeys
from digest.compose.issue import Contents
from digest.compose.sending import Sending
from digest.errors import Refused, TryLater
from digest.ids import DeliveryId, IssueId, SubscriberId
from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid, serve
from digest.rehearsal.sendgrid_templates import LARGEST_DATA
from digest.render.superset import Choice
from digest.send.ledger import Claim
from digest.send.letter import Letters
from digest.send.mail import Accepted, Mail, Rejected
from digest.send.mailers.sendgrid.mailer import SendGridMailer, open_sendgrid
from digest.send.mailers.sendgrid.templates import LARGEST_PART, PREFIX
from digest.send.mixing import HASH_SHOWN, Everything, Mixing, Mixture, mix
from tests.fakes import NOON
from tests.render.test_superset import EACH, PICKS, ZONES, picked, sealed
from tests.send.mails import a_mail

PUBLIC_URL = "https://digest.example.org"
KEYS = LinkKeys(current=b"the key of the tests")
TRACKED = Sending(track_clicks=True)
NAMES = st.sampled_from(["", "Dana", "Дана {{x}}", "A & <b>", 'a "b" \\', "José"])


@cache
def letters(*, are_tracked: bool = False) -> Letters:
    return Letters(sealed(), public_url=PUBLIC_URL, sending=TRACKED if are_tracked else Sending(), link_keys=KEYS)


def a_letter(
    number: int, contents: Contents, *, name: str = "Dana", address: str = "", of: Letters | None = None
) -> Mail:
    claim = Claim(
        id=DeliveryId(f"delivery-{number:04}"),
        subscriber=SubscriberId(number),
        address=address or f"reader{number}@example.org",
        name=name,
        token=f"token-{number}",
        contents=contents,
    )
    return (of or letters()).write(claim, at=NOON)


def many() -> list[Contents]:
    """Return different contents in two languages."""
    return [
        picked([(one, False), (other, True), (EACH, False)], locale)
        for one in range(EACH + 1)
        for other in range(1, EACH)
        for locale in ("en", "ru")
    ]


class Planned:
    """Contents that were planned."""

    def __init__(self, contents: Sequence[Contents]) -> None:
        self._contents = contents

    def count(self, _issue: IssueId) -> int:
        return len(self._contents)

    def contents(self, _issue: IssueId, *, most: int) -> Iterator[Contents]:
        return iter(self._contents[:most])


def mixed(
    mailer: SendGridMailer,
    contents: Sequence[Contents] | None = None,
    *,
    are_tracked: bool = False,
) -> list[str]:
    """Let the mailer mix; return what was said."""
    said: list[str] = []
    mixing = Mixing(planned=Planned(many() if contents is None else contents), say=said.append)
    mix(mailer, sealed(), mixing, readers=10_000, letters=letters(are_tracked=are_tracked))
    return said


def everybody_got_their_own(provider: RehearsalSendGrid, mails: Sequence[Mail]) -> bool:
    got = {letter.to_address: letter for letter in provider.book.letters()}
    return all(
        (mail.subject, mail.html, mail.text, mail.headers, {"delivery": mail.delivery})
        == (one.subject, one.html, one.text, one.headers, one.custom_args)
        for mail in mails
        for one in [got[mail.to_address]]
    )


def test_readers_of_many_contents_cost_one_request_for_each_language(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    assert mixed(mailer) == []
    mails = [a_letter(number, many()[number % len(many())]) for number in range(100)]

    answers = mailer.submit(mails)

    assert [answer.delivery for answer in answers] == [mail.delivery for mail in mails]
    assert {type(answer) for answer in answers} == {Accepted}
    assert everybody_got_their_own(provider, mails)
    assert provider.asked == 2
    assert len(provider.templates.names()) == 2


@given(
    st.lists(st.tuples(PICKS, st.sampled_from(["en", "ru"]), st.sampled_from(ZONES), NAMES), min_size=12, max_size=20),
    st.booleans(),
)
@settings(max_examples=15, deadline=None)
def test_each_reader_gets_the_same_bytes_by_a_template_as_in_a_group(
    readers: list[tuple[list[tuple[int, bool]], str, str, str]], is_tracked: bool
) -> None:
    contents = [picked(picks, locale, zone, number % 3) for number, (picks, locale, zone, _name) in enumerate(readers)]
    mails = [
        a_letter(number, contents[number], name=name, of=letters(are_tracked=is_tracked))
        for number, (_picks, _locale, _zone, name) in enumerate(readers)
    ]
    with serve() as provider, open_sendgrid(KEY, host=provider.url) as mailer:
        assert mixed(mailer, contents + many(), are_tracked=is_tracked) == []
        assert {type(answer) for answer in mailer.submit(mails)} == {Accepted}
        assert everybody_got_their_own(provider, mails)
        assert all("template_id" in one.request for one in provider.book.requests())


def test_no_address_is_twice_in_a_request(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    mixed(mailer)
    mails = [a_letter(1, many()[0]), a_letter(2, many()[2], address="READER1@example.org")]
    assert {type(answer) for answer in mailer.submit(mails)} == {Accepted}
    assert provider.asked == 2


def test_whom_the_provider_names_is_rejected_and_the_others_are_sent_again_by_the_template(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    mixed(mailer)
    provider.script.add(Fault(kind=FaultKind.REFUSE, match="reader2@", where="send"))
    answers = mailer.submit([a_letter(number, many()[2 * number]) for number in range(1, 5)])
    assert [type(answer) for answer in answers] == [Accepted, Rejected, Accepted, Accepted]
    assert ["template_id" in one.request for one in provider.book.requests()] == [True]


def test_a_request_that_is_too_large_is_sent_in_halves(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    mixed(mailer)
    provider.script.add(Fault(kind=FaultKind.TOO_LARGE, readers=2, times=3))
    mails = [a_letter(number, many()[2 * number]) for number in range(1, 5)]
    assert {type(answer) for answer in mailer.submit(mails)} == {Accepted}
    assert everybody_got_their_own(provider, mails)


def test_contents_that_were_not_planned_and_values_that_are_too_long_leave_in_groups(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    mixed(mailer)
    mails = [
        a_letter(1, many()[0]),
        a_letter(2, picked([(1, False), (0, False), (0, False)], "en")),
        a_letter(3, many()[2], name="x" * LARGEST_DATA),
        a_mail("4", to_address="reader4@example.org"),
    ]
    assert {type(answer) for answer in mailer.submit(mails)} == {Accepted}
    assert everybody_got_their_own(provider, mails)
    assert sorted("template_id" in one.request for one in provider.book.requests()) == [False, False, False, True]


def test_a_template_is_found_again_and_an_unfinished_one_is_finished(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    mixed(mailer)
    names = provider.templates.names()
    assert all(name.startswith(f"{PREFIX}{sealed().hash[:HASH_SHOWN]} ") for name in names)
    for template in provider.templates._templates.values():
        template["versions"].clear()  # as a run leaves it that was killed between two calls
    with open_sendgrid(KEY, host=provider.url) as another:
        assert mixed(another) == []
        assert {type(answer) for answer in another.submit([a_letter(1, many()[0])])} == {Accepted}
    assert provider.templates.names() == names
    assert "template_id" in provider.book.requests()[-1].request


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FaultKind.FORBIDDEN, "does not let this key manage templates: Forbidden"),
        (FaultKind.ERROR, "answered with a failure of its own"),
        (FaultKind.TOO_MANY, "too many requests"),
        (FaultKind.CUT, "cannot be reached"),
    ],
)
def test_where_no_template_can_be_had_mails_leave_in_groups_and_the_reason_is_told(
    provider: RehearsalSendGrid, mailer: SendGridMailer, kind: FaultKind, said: str
) -> None:
    provider.script.add(Fault(kind=kind, where="templates"))
    (why,) = mixed(mailer)
    assert why.startswith("Mails leave group by group, not by a template: SendGrid ")
    assert said in why
    mails = [a_letter(number, many()[number]) for number in range(4)]
    assert {type(answer) for answer in mailer.submit(mails)} == {Accepted}
    assert everybody_got_their_own(provider, mails)
    assert not any("template_id" in one.request for one in provider.book.requests())


def test_a_template_that_vanishes_half_way_is_done_without(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    said = mixed(mailer)
    provider.templates._templates.clear()
    mails = [a_letter(number, many()[number]) for number in range(4)]
    assert {type(answer) for answer in mailer.submit(mails)} == {Accepted}
    assert everybody_got_their_own(provider, mails)
    (why,) = said
    assert "takes no mails by our template any more" in why
    assert "group by group" in why
    mailer.submit([a_letter(5, many()[5])])
    assert len(said) == 1


def test_what_sendgrid_would_rewrite_is_not_used(provider: RehearsalSendGrid, mailer: SendGridMailer) -> None:
    mixed(mailer)
    for template in provider.templates._templates.values():
        template["versions"][0]["html_content"] += "<p>An advertisement.</p>"
    with open_sendgrid(KEY, host=provider.url) as another:
        (why,) = mixed(another)
    assert "does not keep the template as it was written" in why


def test_templates_of_issues_that_are_done_are_taken_back_and_no_others(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    for number in range(250):  # more than a page
        name = f"{PREFIX}{number:016} en 0 morning-brief" if number else "somebody else's"
        provider.templates.answer("POST", "/v3/templates", f'{{"name":"{name}","generation":"dynamic"}}'.encode())
    assert mailer.clear_away(lambda hash_: hash_ in (f"{1:016}", f"{249:016}")) == 2
    assert len(provider.templates.names()) == 248
    assert mailer.clear_away(lambda _hash: True) == 247
    assert provider.templates.names() == ["somebody else's"]


def test_a_template_that_was_taken_back_meanwhile_is_no_trouble(
    provider: RehearsalSendGrid, mailer: SendGridMailer
) -> None:
    mixed(mailer)

    def is_done(_hash: str) -> bool:
        provider.templates._templates.clear()
        return True

    assert mailer.clear_away(is_done) == 2


def test_an_issue_that_is_larger_than_a_template_may_be_leaves_in_groups(mailer: SendGridMailer) -> None:
    first = (
        letters()
        .write(
            Claim(
                id=DeliveryId("d"),
                subscriber=SubscriberId(1),
                address="a@b.org",
                name="",
                token="t",
                contents=many()[0],
            ),
            at=NOON,
        )
        .draft
    )
    large = Everything(
        locale="en", look="classic", mark="bd", draft=replace(first, html=("–" * (LARGEST_PART // 3 + 1),))
    )
    whole = Mixture(issue=sealed().frozen.id, hash=sealed().hash, everything=(large,), choices=iter(()))
    mailer.mix(whole, say=lambda _why: None)  # nobody would get it
    choices = iter([(many()[0].key, 0, Choice(blocks=(), subject="", html={}, text={}))])
    with pytest.raises(Refused, match="HTML together is larger"):
        mailer.mix(replace(whole, choices=choices), say=lambda _why: None)


def test_what_is_no_sendgrid_is_told() -> None:
    with open_sendgrid(KEY, host="http://127.0.0.1:9") as mailer, pytest.raises(TryLater, match="cannot be reached"):
        mailer.clear_away(lambda _hash: True)
