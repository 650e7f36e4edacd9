"""What runs from right to left: every word of ours goes through a catalogue, and each block says which way it runs."""

import re

import pytest
from lxml import html

from digest.render.tidy import initials
from tests.golden.issues import SLOTS, references
from tests.golden.mails import mail
from tests.golden.pseudo import pseudo

REFERENCES = {reference.name: reference for reference in references()}
#: What may be in Latin letters in a pseudo-mail: names, codes, ids, addresses, and the words of others.
_LATIN = re.compile(r"\$|\b(?:KZT|UZS|KGS|TJS|TMT|MNT|RUB|UTC|Aliya|morning-brief-\d+|[0-9a-f]{12})\b|\bwww\.[a-z.-]+")


def test_placeholders_and_figures_stay_as_they_are() -> None:
    assert pseudo("No. %(number)d, 100 %%") == "نو. %(number)d، 100 %%"
    assert pseudo("UZS som") == "سوم"


@pytest.mark.parametrize("name", ["rates-right-to-left", "right-to-left-brief"])
def test_no_word_of_ours_is_said_past_the_catalogue(name: str) -> None:
    reference = REFERENCES[name]
    body, frozen = mail(reference), reference.frozen
    printed = html.document_fromstring(body.html).find("body").text_content().replace("\u00a0", " ")
    newsletter = frozen.newsletter
    theirs = [newsletter.name, newsletter.tagline, newsletter.sender.postal_address]
    theirs += [said for one in frozen.journalists for said in (one.name, one.role, one.outlet.name, *one.aliases)]
    theirs += [initials(one.name) for one in frozen.journalists]
    theirs += [author for article in frozen.articles for author in article.authors]
    theirs += [article.title for article in frozen.articles if article.language != "ar"]
    text = re.sub(r"https://\S+", "", body.text)
    for said in sorted([*theirs, SLOTS.name], key=len, reverse=True):
        for form in (said, said.upper()):
            printed, text = printed.replace(form, ""), text.replace(form, "")
    assert re.findall("[A-Za-z]+", _LATIN.sub("", printed)) == []
    assert re.findall("[A-Za-z]+", _LATIN.sub("", text)) == []


def test_each_block_says_which_way_it_runs_and_in_which_language_where_that_is_not_the_issues() -> None:
    tree = html.document_fromstring(mail(REFERENCES["right-to-left"]).html)
    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    said = {heading.text_content(): (heading.get("lang"), heading.get("dir")) for heading in tree.iter("h3")}
    assert said["A winter without a margin: the grid at minus thirty-four"] == ("en", "ltr")
    assert said["Последний паромщик Сырдарьи сдаёт смену"] == ("ru", "ltr")
    assert list(said.values()).count((None, None)) == 6


def test_arabic_amid_english_runs_its_own_way() -> None:
    tree = html.document_fromstring(mail(REFERENCES["arabic-amid-english"]).html)
    arabic, *mixed = tree.iter("h3")
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")
    assert (arabic.getnext().get("lang"), arabic.getnext().get("dir")) == ("ar", "rtl")
    assert [(one.get("lang"), one.get("dir")) for one in mixed] == [(None, None)] * 2
    assert "with \u2068نورة (كاتبة)\u2069" in mail(REFERENCES["arabic-amid-english"]).text


def test_names_and_figures_keep_their_order_in_the_text_part() -> None:
    text = mail(REFERENCES["right-to-left"]).text
    assert "\u20661\u00a0$ = 515.37 KZT\u2069" in text
    assert "\u2066+0.8\u00a0%\u2069" in text
    assert "\u2068The Steppe Herald\u2069" in text
    assert "\u2068Aliya\u2069" in text
    for line in text.splitlines():
        assert line.count("\u2066") + line.count("\u2068") == line.count("\u2069"), "an isolate ends where it began"
