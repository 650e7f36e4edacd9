import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.collect.article import Article, Mark
from digest.collect.journalist import Journalist
from digest.collect.rates.rate import BankName, Cross, Currency, RateSnapshot
from digest.compose.zones import OWN
from digest.ids import JournalistId, Position
from digest.render.view import CardView, RateSource, view_of
from digest.render.words import Words, words_for
from digest.resources import templates_dir
from tests.builders import a_frozen_issue, a_journalist, a_newsletter, a_rate, an_article, an_outlet

ENGLISH = words_for("en", templates_dir())
RUSSIAN = words_for("ru", templates_dir())
DANA = JournalistId("dana-serikova")
NIGHT = datetime(2025, 12, 18, 20, 30, tzinfo=UTC)


def card_of(article: Article, *, words: Words = ENGLISH, journalists: list[Journalist] | None = None) -> CardView:
    frozen = a_frozen_issue(article, journalists=journalists)
    return view_of(frozen, "d" * 64, words, "classic").sections[DANA].cards[article.position]


def test_a_card_says_what_to_know_before_opening_it() -> None:
    article = replace(an_article(), marks=tuple(Mark))
    assert card_of(an_article()).marks == ()
    assert card_of(article).marks == ("subscribers only", "opinion", "sponsored")
    assert card_of(article, words=RUSSIAN).marks == ("только по подписке", "мнение", "на правах рекламы")
    assert card_of(article).details == card_of(an_article()).details


def test_a_card_has_date_reading_time_and_language() -> None:
    article = an_article(text="слово " * 300, language="ru", at=NIGHT)
    card = card_of(article)
    assert card.times == {OWN: "19 December, 01:30"}
    assert card.details == ("1 min read", "in Russian")
    assert (card.language, card.direction) == ("ru", None)
    assert card_of(article, words=RUSSIAN).language is None


def test_an_arabic_headline_runs_from_right_to_left_in_an_english_issue() -> None:
    assert card_of(an_article(language="ar", title="عنوان")).direction == "rtl"


def test_a_card_without_a_usable_address_has_no_link() -> None:
    assert card_of(an_article(url=None)).url is None
    assert card_of(an_article(url="javascript:alert(1)")).url is None


def test_a_cut_article_without_a_link_says_that_there_is_no_more_of_it() -> None:
    assert card_of(an_article(url=None, truncated=True, at=None)).details == ("opening only",)
    assert card_of(an_article(url=None, truncated=True, at=None), words=RUSSIAN).details[0] == "только начало"
    assert card_of(an_article(truncated=True, at=None)).details == ()
    assert card_of(an_article(url=None, at=None)).details == ()


@pytest.mark.parametrize("text", ["Snow closes the road", "Snow closes the road.", "SNOW CLOSES…", ""])
def test_a_teaser_that_only_says_the_headline_again_is_left_out(text: str) -> None:
    assert card_of(an_article(title="Snow closes the road", text=text)).teaser == ""
    assert card_of(an_article(title="Snow", text="Snow closes the road.")).teaser == "Snow closes the road."


def test_an_article_without_a_headline_says_so() -> None:
    assert card_of(an_article(title=" ")).title == "(no headline)"


def test_co_authors_are_named_once_by_any_of_their_spellings() -> None:
    dana = replace(a_journalist(), aliases=("D. Serikova",))
    aigerim = a_journalist("aigerim", name="Айгерим Садыкова", aliases=["Aigerim Sadykova"])
    article = replace(
        an_article(by=["dana-serikova", "aigerim"], at=None),
        authors=("d. serikova", "Aigerim Sadykova", "Rustam Kholikov", "Rustam Kholikov", " "),
    )
    assert card_of(article, journalists=[dana, aigerim]).details == ("with Aigerim Sadykova and Rustam Kholikov",)


def test_of_many_co_authors_three_are_named_and_the_others_counted() -> None:
    authors = ["Dana Serikova", *(f"Writer {letter}" for letter in "ABCDEF")]
    said = [card_of(replace(an_article(at=None), authors=tuple(authors[:count]))).details for count in (4, 5, 6, 7)]
    assert said[0] == ("with Writer A, Writer B and Writer C",)
    assert said[1] == ("with Writer A, Writer B, Writer C and Writer D",)
    assert said[2] == ("with Writer A, Writer B, Writer C and 2 others",)
    assert said[3] == ("with Writer A, Writer B, Writer C and 3 others",)
    russian = card_of(replace(an_article(at=None), authors=tuple(authors)), words=RUSSIAN)
    assert russian.details[0] == "соавторы: Writer A, Writer B, Writer C и ещё 3"


def test_a_followed_co_author_is_named_though_the_outlet_names_nobody() -> None:
    others = [a_journalist("timur-aliyev"), a_journalist("x", name="Gone Elsewhere")]
    article = replace(an_article(by=["dana-serikova", "timur-aliyev", "not-in-this-issue"], at=None), authors=())
    assert card_of(article, journalists=[a_journalist(), *others]).details == ("with Timur Aliyev",)


def test_a_section_has_the_journalists_own_articles_only() -> None:
    journalists = [a_journalist(role="", outlet=an_outlet(name="The Steppe Herald")), a_journalist("timur-aliyev")]
    frozen = a_frozen_issue(an_article(1), an_article(2, by="timur-aliyev"), journalists=journalists)
    section = view_of(frozen, "d" * 64, ENGLISH, "classic").sections[DANA]
    assert list(section.cards) == [Position(1)]
    assert section.about == "The Steppe Herald"
    assert section.new(3, ENGLISH) == "3 new"
    assert section.more(2, ENGLISH) == "2 more from Dana Serikova"


def test_no_rates_make_no_table_and_each_bank_is_named_once() -> None:
    assert view_of(a_frozen_issue(rates=RateSnapshot(base=Currency("USD"))), "", ENGLISH, "classic").rates is None
    rates = RateSnapshot(base=Currency("USD"), rates=(a_rate(), a_rate("UZS")))
    rates_view = view_of(a_frozen_issue(rates=rates), "", ENGLISH, "classic").rates
    assert rates_view.caption == "What one dollar buys"
    assert rates_view.sources == (RateSource(name="National Bank of Kazakhstan"),)
    assert [row.quote for row in rates_view.rows] == ["$1 = 512.34 KZT", "$1 = 512.34 UZS"]


def test_sources_that_ask_for_it_are_linked_and_a_cross_names_both_banks() -> None:
    nbt = replace(a_rate("TJS", bank=BankName.NBT), bank_title="National Bank of Tajikistan")
    cross = Cross(via=Currency("USD"), bank=BankName.CBR, bank_title="Bank of Russia")
    rates = RateSnapshot(base=Currency("USD"), rates=(nbt, replace(a_rate(), cross=cross)))
    russian = view_of(a_frozen_issue(rates=rates), "", RUSSIAN, "classic").rates
    assert [(one.name, one.url, one.site) for one in russian.sources] == [
        ("Национальный банк Таджикистана", "https://www.nbt.tj", "www.nbt.tj"),
        ("Национальный банк Казахстана", "", ""),
        ("Банк России", "", ""),
    ]
    assert [row.name for row in russian.rows] == ["Таджикский сомони", "Казахстанский тенге"]


def test_a_mail_says_which_language_it_is_really_in(tmp_path: Path) -> None:
    shutil.copytree(templates_dir() / "locale" / "ru", tmp_path / "locale" / "ru")
    turkmen = words_for("tk", tmp_path)
    frozen = a_frozen_issue(an_article(1, language="ru"), an_article(2, language="tk"))
    view = view_of(frozen, "", turkmen, "classic")
    assert view.language == "ru"
    assert [card.language for card in view.sections[DANA].cards.values()] == [None, "tk"]
    assert view_of(frozen, "", words_for("de", templates_dir()), "classic").language == "en"


def test_another_base_is_named() -> None:
    rates = RateSnapshot(base=Currency("EUR"), rates=(replace(a_rate(), base=Currency("EUR")),))
    assert view_of(a_frozen_issue(rates=rates), "", ENGLISH, "classic").rates.caption == "Rates for one euro"


def test_sentences_begin_with_a_capital_in_every_language() -> None:
    frozen = a_frozen_issue(newsletter=a_newsletter(name="Утро"))
    assert view_of(frozen, "", RUSSIAN, "classic").first == "Пятница, 19 декабря — Утро"
    assert view_of(frozen, "", RUSSIAN, "classic").date.startswith("Пятница")
