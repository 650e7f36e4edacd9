from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.rehearsal.sendgrid_book import substituted
from digest.render.assembly import reach
from digest.send.mail import Mail
from digest.send.mailers.sendgrid.grouping import groups, pattern
from tests.send.mails import a_draft, a_mail
from tests.send.sendgrid.letters import DANA, TIMUR, a_letter, letters


def read(text: str, values: Mapping[str, str]) -> str:
    """Put a reader's values in, as the provider does."""
    return substituted(text, values)


def test_mails_of_one_body_come_together() -> None:
    found = list(groups(letters(6, (TIMUR, DANA)), most=1000))
    assert [[mail.to_address for mail in group] for group in found] == [
        ["reader1@example.org", "reader3@example.org", "reader5@example.org"],
        ["reader2@example.org", "reader4@example.org", "reader6@example.org"],
    ]


def test_a_group_is_never_larger_than_it_may_be() -> None:
    assert [len(group) for group in groups(letters(7), most=3)] == [3, 3, 1]


def test_no_address_is_twice_in_a_group_whatever_its_case() -> None:
    mails = [a_letter(1), a_letter(2), a_letter(3, address="READER1@example.org"), a_letter(4)]
    found = list(groups(mails, most=1000))
    assert [[mail.delivery for mail in group] for group in found] == [
        ["delivery-0001", "delivery-0002", "delivery-0004"],
        ["delivery-0003"],
    ]


def test_one_domain_in_two_spellings_is_one_address() -> None:
    mails = [a_letter(1, address="dana@пример.example"), a_letter(2, address="dana@XN--e1afmkfd.example")]
    assert [len(group) for group in groups(mails, most=1000)] == [1, 1]


def test_mails_of_two_senders_stay_apart() -> None:
    one = a_letter(1)
    mails = [
        one,
        *(one._replace(common=replace(one.common, **other)) for other in ({"from_name": "A"}, {"reply_to": None})),
    ]
    assert len(list(groups(mails, most=1000))) == 3


def test_every_reader_gets_the_very_bytes_of_their_own_mail() -> None:
    mails = [a_letter(number, name=name) for number, name in enumerate(["Дана", "", "O'Neil <b>", "José", "A & B"], 1)]
    shared = pattern(mails)
    for mail, values in zip(shared.mails, shared.values, strict=True):
        assert read(shared.html, values) == mail.html
        assert read(shared.text, values) == mail.text


def test_what_is_alike_for_all_is_part_of_the_body_and_a_reader_s_two_links_share_a_tag() -> None:
    mails = [a_letter(number, name=name) for number, name in enumerate(["Dana", "Timur", "Aliya"], 1)]
    shared = pattern(mails)
    assert [list(values.values()) for values in shared.values] == [
        ["token-0000000000000001", "Dana"],
        ["token-0000000000000002", "Timur"],
        ["token-0000000000000003", "Aliya"],
    ]
    assert "https://digest.example.org/i/morning-brief-1" in shared.html
    assert 'href="https://digest.example.org/u/-bd' in shared.html


def test_readers_of_one_name_are_greeted_in_the_body() -> None:
    shared = pattern([a_letter(number, name="Dana") for number in (1, 2)])
    assert [list(values.values()) for values in shared.values] == [[mail.token] for mail in shared.mails]
    assert "For Dana" in shared.html


def test_an_ampersand_stands_otherwise_in_html_and_has_a_tag_there() -> None:
    shared = pattern([a_letter(1, name="A & B"), a_letter(2, name="Timur")])
    assert set(shared.values[0].values()) == {"token-0000000000000001", "A &amp; B", "A & B"}


def test_who_has_no_name_is_not_greeted_by_what_others_have_in_common() -> None:
    mails = [a_letter(1, name="Dana"), a_letter(2, name="Timur"), a_letter(3, name="")]
    shared = pattern(mails)
    assert [read(shared.text, values) for values in shared.values] == [mail.text for mail in mails]


def test_one_reader_needs_no_substitutions() -> None:
    (mail,) = letters(1)
    shared = pattern([mail])
    assert shared.values == ({},)
    assert (shared.html, shared.text) == (mail.html, mail.text)


def test_a_tag_that_stands_in_the_body_or_in_a_name_is_not_used() -> None:
    tag = next(iter(pattern(letters(2)).values[0]))
    word = tag.strip("-")[:-1]
    mails = [a_letter(1, name=f"I am {word}"), a_letter(2)]
    shared = pattern(mails)
    assert word not in "".join(shared.values[0])
    assert [read(shared.html, values) for values in shared.values] == [mail.html for mail in mails]


def test_text_alone_has_one_body_and_no_tags_that_stand_nowhere() -> None:
    draft = replace(letters(1)[0].draft, html=())
    mails = [a_letter(number, name=f"A & {number}") for number in (1, 2)]
    mails = [mail._replace(common=replace(mail.common, draft=draft)) for mail in mails]
    shared = pattern(mails)
    assert shared.html == ""
    assert [read(shared.text, values) for values in shared.values] == [mail.text for mail in mails]
    assert all(tag in shared.text for tag in shared.values[0])


def with_pieces(number: int, pieces: tuple[str, ...], name: str, token: str) -> Mail:
    draft = replace(a_draft("s", "", ""), html=pieces, text=pieces, to_html=("", "name", "!"), to_text=("", "name", ""))
    draft = replace(draft, html_reach=max(map(reach, pieces[::2])), text_reach=max(map(reach, pieces[::2])))
    return a_mail(f"d{number}", to_address=f"r{number}@example.org", draft=draft, to_name=name, token=token)


NAMES = st.one_of(st.text(max_size=6), st.sampled_from(["", "-a-", "A & <b>", "José", "–", "-bd", ' \\ " ']))
TOKENS = st.text("abcdef0123456789-_", min_size=1, max_size=8)


@given(
    st.lists(st.text(max_size=5), min_size=4, max_size=4),
    st.lists(st.tuples(NAMES, TOKENS), min_size=1, max_size=5),
)
@settings(max_examples=100, deadline=None)
def test_a_pattern_filled_in_is_the_mail_whatever_is_in_it(literals: list[str], readers: list[tuple[str, str]]) -> None:
    first, second, third, last = literals
    pieces = (first, "to", second, "token", third, "token", last, "guard", "")
    mails = [with_pieces(number, pieces, *reader) for number, reader in enumerate(readers)]
    shared = pattern(mails)
    assert [read(shared.html, values) for values in shared.values] == [mail.html for mail in mails]
    assert [read(shared.text, values) for values in shared.values] == [mail.text for mail in mails]
