from dataclasses import replace
from decimal import Decimal

import pytest

from digest.collect.rates.rate import BankName, Currency, Doubt, DoubtReason, HeldRate, MissingRate, Move, RateSnapshot
from digest.ids import Sha256
from digest.render.assembly import assemble, fill
from digest.render.preflight import (
    EXAMPLE,
    FAIL_BYTES,
    WARN_BYTES,
    House,
    Severity,
    of_rates,
    preflight,
    preflight_issue,
)
from digest.render.rendition import Body, Sealed
from digest.render.steps import seal
from digest.resources import templates_dir
from tests.builders import TODAY, a_booked_rate, a_contents, a_frozen_issue, a_journalist, a_rate, a_section, an_article


@pytest.fixture(scope="module")
def sealed() -> Sealed:
    dana = a_journalist(avatar_url="https://steppe-herald.example.org/dana.jpg")
    return seal(a_frozen_issue(an_article(), journalists=[dana]), templates=templates_dir())


@pytest.fixture(scope="module")
def good(sealed: Sealed) -> Body:
    return fill(assemble(sealed.renditions[0], a_contents()), EXAMPLE)


def names(body: Body) -> list[str]:
    return [finding.name for finding in preflight(body, slots=EXAMPLE)]


def test_a_good_body_has_nothing_wrong(good: Body) -> None:
    assert names(good) == []


def test_of_text_alone_the_text_is_looked_at(sealed: Sealed) -> None:
    body = fill(assemble(sealed.renditions[0], replace(a_contents(), text_only=True)), EXAMPLE)
    house = House(required_words=("12 Abay Avenue",))
    assert body.html == ""
    assert preflight(body, slots=EXAMPLE, house=house, text_only=True) == ()
    bad = replace(body, text="Café")
    found = [finding.name for finding in preflight(bad, slots=EXAMPLE, house=house, text_only=True)]
    assert found == ["may-be-sent-as-latin-1", "required-words-missing", "no-unsubscribe-link"]
    text = a_contents(text_only=True)
    names_of = [[one.name for one in preflight_issue(sealed, kind)] for kind in ([a_contents()], [a_contents(), text])]
    assert names_of[0] == names_of[1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('<html lang="en" dir="ltr">', "<html>", ["no-language"]),
        ('aria-label="The Morning Brief" lang="en" dir="ltr"', "", ["no-language"]),
        ('<div role="article"', "<div", ["no-article"]),
        ("<title>The Morning Brief: Article 1</title>", "<title> </title>", ["no-title"]),
        ("</h1>", "</h1><h1>Again</h1>", ["not-one-h1"]),
        (' alt="DS"', "", ["no-alt"]),
        ('src="https://steppe', 'src="http://steppe', ["insecure-picture"]),
        ('<table role="presentation"', "<table", ["table-without-role"]),
        ('href="https://steppe', 'href="http://steppe', ["insecure-link"]),
        ('href="https://steppe-herald.example.org/1"', 'href="/1"', ["link-not-absolute"]),
        ('href="https://steppe-herald.example.org/1"', "", ["link-not-absolute"]),
        (">Unsubscribe<", "><", ["link-without-text"]),
        (EXAMPLE.unsubscribe_url, "https://digest.example.org/", ["no-unsubscribe-link"]),
        (">Article 1</a>", ">Another headline</a>", ["headline-only-in-html"]),
        ("Sources", "bd0123456789abcdef0123.name. Sources", ["leftover-mark"]),
        ("</h1>", "</h1><h3>Too deep</h3>", ["heading-skipped"]),
        ("</h1>", "</h1><h2> </h2>", ["empty-heading"]),
        (' width="48" height="48" alt', " alt", ["picture-without-size"]),
        (' scope="row"', "", ["heading-cell-without-scope"]),
        (">Unsubscribe<", ">Click here…<", ["vague-link"]),
        ("text-decoration:underline", "text-decoration:none", ["link-by-colour-only"]),
        ("</h1>", '</h1><a href="https://steppe-herald.example.org/1">Once more</a>', ["several-links-to-one-place"]),
        ("</h1>", '</h1><a href="https://elsewhere.example/">Elsewhere</a>', ["link-only-in-html"]),
        ("color:#5b5852", "color:#a9a69e", ["low-contrast"]),
        ("color:#b4afa4 !important", "color:#44403a !important", ["low-contrast"]),
        ("margin:0 0 8px", "position:absolute", ["style-that-is-dropped"]),
        ("margin:0 0 8px", "margin:calc(1px + 2px)", ["style-that-is-dropped"]),
        ("</style>", "*{}" * 3000 + "</style>", ["too-much-style"]),
    ],
)
def test_what_is_wrong_in_the_html_is_named(good: Body, old: str, new: str, expected: list[str]) -> None:
    assert old in good.html
    assert set(expected) <= set(names(replace(good, html=good.html.replace(old, new))))


def test_the_text_needs_the_way_out_too(good: Body) -> None:
    assert names(replace(good, text=good.text.replace(EXAMPLE.unsubscribe_url, ""))) == ["no-unsubscribe-link"]
    nowhere = preflight(good, slots=replace(EXAMPLE, unsubscribe_url=""))
    assert [finding.name for finding in nowhere].count("no-unsubscribe-link") == 2


@pytest.mark.parametrize(
    ("subject", "expected"),
    [(" ", ["empty-subject"]), ("a\nb", ["subject-of-several-lines"]), ("a\rb", ["subject-of-several-lines"])],
)
def test_a_subject_is_one_line_with_something_in_it(good: Body, subject: str, expected: list[str]) -> None:
    assert names(replace(good, subject=subject)) == expected


def test_a_large_body_is_warned_of_and_a_larger_one_is_an_error(good: Body) -> None:
    def sized(size: int) -> Body:
        return replace(good, html=good.html + " " * (size - len(good.html.encode())))

    assert names(sized(WARN_BYTES)) == []
    nearly, over = (preflight(sized(size + 1), slots=EXAMPLE) for size in (WARN_BYTES, FAIL_BYTES))
    assert [(one.name, one.severity) for one in nearly] == [("nearly-too-large", Severity.WARNING)]
    assert [(one.name, one.severity) for one in over] == [("too-large", Severity.ERROR)]
    assert over[0].where == "html, 95 KB"


def test_a_part_that_looks_like_latin_1_is_found(good: Body) -> None:
    latin = "".join(char for char in good.text if char <= "\u00ff") + "é"
    assert names(replace(good, text=latin)) == ["may-be-sent-as-latin-1"]


def test_a_finding_speaks_for_itself(good: Body) -> None:
    (finding,) = preflight(replace(good, subject=""), slots=EXAMPLE)
    assert finding.is_error
    assert str(finding).startswith("error: empty-subject (subject). Give the newsletter a name")
    assert finding.as_json() == {
        "severity": "error",
        "name": "empty-subject",
        "where": "subject",
        "advice": "Give the newsletter a name, or mend subject.txt.j2.",
        "waived": "",
    }


def test_an_issue_is_looked_at_by_its_distinct_bodies_up_to_a_bound(sealed: Sealed) -> None:
    assert preflight_issue(sealed, [a_contents(), a_contents()]) == ()
    insecure = seal(a_frozen_issue(an_article(url="http://a.example.org/1")), templates=templates_dir())
    more = replace(a_contents(a_section(left_out=1)), locale="ru")
    found = preflight_issue(insecure, [a_contents(), more])
    assert [(finding.name, finding.where) for finding in found] == [("insecure-link", "html, http://a.example.org/1")]
    assert preflight_issue(insecure, [a_contents(), more], bodies=0) == ()


def test_of_too_many_bodies_the_largest_is_looked_at_and_the_others_are_measured() -> None:
    articles = [an_article(number, title=f"Article {number}", url="https://a.example.org/1") for number in (1, 2, 3)]
    sealed = seal(a_frozen_issue(*articles), templates=templates_dir())
    one, all_of_it = a_contents(a_section(positions=(1,))), a_contents(a_section(positions=(1, 2, 3)))
    assert preflight_issue(sealed, [one]) == ()
    found = preflight_issue(sealed, [one, replace(all_of_it, key=Sha256("2"))], bodies=1)
    assert [finding.name for finding in found] == ["several-links-to-one-place"]


def test_what_a_template_or_a_translation_left_unfilled_is_found_but_for_the_texts_of_others() -> None:
    odd = "{{ 7 * 7 }} {% raw %} %(name)s a \"quoted\" {{ 'x' }}"
    sealed = seal(a_frozen_issue(an_article(title=odd, text=f"{odd}. More of it.")), templates=templates_dir())
    assert preflight_issue(sealed, [a_contents()]) == ()
    elsewhere = seal(a_frozen_issue(an_article()), templates=templates_dir()).snapshot
    found = preflight_issue(replace(sealed, snapshot=elsewhere), [a_contents()])
    assert {finding.name for finding in found if finding.is_error} == {"unfilled-placeholder"}
    assert {finding.where for finding in found} >= {"html, {{ 7 * 7 }}", "text, {% raw %}", "subject, %(name)s"}


def test_links_that_a_provider_makes_longer_count_as_long(good: Body) -> None:
    links = "".join(f'<a href="https://a.example/{number}">Place {number}</a>' for number in range(300))
    many = replace(good, html=good.html.replace("</h1>", f"</h1>{links}"))
    tracked = preflight(many, slots=EXAMPLE, house=House(tracks_clicks=True))
    assert "too-large" in {finding.name for finding in tracked}
    assert "too-large" not in names(many)


def test_words_that_the_newsletter_requires_must_stand_in_both_parts(good: Body) -> None:
    house = House(required_words=("12 Abay  Avenue", "Advertising pays for this"))
    found = preflight(good, slots=EXAMPLE, house=house)
    assert [(one.name, one.where) for one in found] == [
        ("required-words-missing", "html, “Advertising pays for this”"),
        ("required-words-missing", "text, “Advertising pays for this”"),
    ]


def test_a_long_subject_is_warned_of(good: Body) -> None:
    (finding,) = preflight(replace(good, subject="a" * 131), slots=EXAMPLE)
    assert (finding.name, finding.severity) == ("long-subject", Severity.WARNING)


KZT, UZS, USD = Currency("KZT"), Currency("UZS"), Currency("USD")


def test_what_an_editor_must_know_of_the_rates() -> None:
    held = HeldRate(
        currency=KZT,
        base=USD,
        bank=BankName.NBK,
        bank_title="National Bank of Kazakhstan",
        effective_on=TODAY,
        value=Decimal("600.00"),
        rows=(a_booked_rate("600.00").row,),
        doubts=(Doubt(reason=DoubtReason.JUMP, found=Decimal(600), expected=Decimal(512), expected_on=TODAY),),
    )
    rates = RateSnapshot(
        base=USD,
        rates=(replace(a_rate(), accepted_by="Dana"), a_rate("KGS"), replace(a_rate("TJS"), move=Move.UNKNOWN)),
        missing=(MissingRate(currency=UZS, reason="no price of it"),),
        held=(held,),
    )
    found = list(of_rates(rates))
    assert [(one.severity, one.name, one.where) for one in found] == [
        (Severity.WARNING, "held-rate", "rates, KZT"),
        (Severity.WARNING, "missing-rate", "rates, UZS"),
        (Severity.WARNING, "accepted-rate", "rates, KZT"),
        (Severity.WARNING, "uncompared-rate", "rates, TJS"),
    ]
    assert "600.00 of 2025-12-19 is held back" in found[0].advice
    assert [one.name for one in of_rates(rates, (UZS, KZT)) if one.is_error] == ["required-rate-missing"]


def test_the_rates_of_an_issue_are_looked_at_with_its_bodies(sealed: Sealed) -> None:
    lacking = RateSnapshot(base=USD, missing=(MissingRate(currency=UZS, reason="no price of it"),))
    issue = replace(sealed, frozen=replace(sealed.frozen, rates=lacking))
    assert [finding.name for finding in preflight_issue(issue, (a_contents(),))] == ["missing-rate"]
