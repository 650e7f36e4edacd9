from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.mailbox import LONGEST_ADDRESS, _validated, mailbox


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann@example.org", "ann@example.org"),
        ("  Ann.Lee@Example.ORG\t", "ann.lee@example.org"),
        ("ann+digest@example.org", "ann+digest@example.org"),
        ("ann@пример.рф", "ann@xn--e1afmkfd.xn--p1ai"),
        ("ann@xn--e1afmkfd.xn--p1ai", "ann@xn--e1afmkfd.xn--p1ai"),
        ("ann@MÜNCHEN.de", "ann@xn--mnchen-3ya.de"),
    ],
)
def test_one_mailbox_has_one_spelling(typed: str, kept: str) -> None:
    assert mailbox(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann.example.org",
        "ann@@example.org",
        "ann@example",
        "ann@example.org\nBcc: all@example.org",
        "ann\r\n@example.org",
        "ann@exam\x00ple.org",
        "Ann <ann@example.org>",
        "анна@example.org",
        "a" * 65 + "@example.org",
        "a" * 250 + "@example.org",
        "ann@" + "é" * 80 + ".org",
    ],
)
def test_what_cannot_be_mailed_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(ValueError, match=r"address|@-sign|periods") as refused:
        mailbox(typed)
    message = str(refused.value)
    assert not message.endswith(".")
    assert "\n" not in message
    for part in typed.split("@"):
        assert len(part) < 4 or part not in message


@given(st.text(max_size=LONGEST_ADDRESS + 3))
def test_any_text_gives_an_ascii_address_or_a_refusal(typed: str) -> None:
    try:
        kept = mailbox(typed)
    except ValueError:
        return
    assert kept.isascii()
    assert kept == kept.lower()
    assert mailbox(kept) == kept


@given(st.from_regex(r"[A-Za-z0-9]{1,10}@[A-Za-z]{1,10}\.(org|kz)", fullmatch=True))
def test_case_does_not_matter(typed: str) -> None:
    assert mailbox(typed) == mailbox(typed.swapcase())


LOCALS = st.text(st.sampled_from("abZ.9+_'-!é\"@ \u212a"), max_size=66)
DOMAINS = st.sampled_from(
    ["example.org", "Mail.RU", "x.test", "localhost", "a..b", "-a.kz", "xn--e1afmkfd.xn--p1ai", "a.1"]
)


@given(LOCALS, DOMAINS)
def test_the_short_way_gives_what_the_library_gives(local: str, domain: str) -> None:
    def outcome(way: Callable[[str], str]) -> str:
        try:
            return way(f"{local}@{domain}".strip())
        except ValueError as error:
            return f"refused: {error}"

    assert outcome(mailbox) == outcome(_validated)
