"""Pairs of articles of one title, of the project's own writing: the same story told twice, and two stories."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.collect.article import UNDATED, Article, FoundArticle
from digest.collect.copies import is_copy
from tests.builders import an_article, published
from tests.fakes import NOON

TITLE = "Water reaches the canal weeks early"
WIRE = (
    "The water reached the main canal on Monday morning, three weeks earlier than anybody in the district had"
    " expected. Engineers opened two of the four gates at Shardara and let 400 cubic metres a second pass, said"
    " Gulnara Bekova, who has run the dam since 2011. Farmers below it were told to move their animals. Nobody was"
    " hurt. In Kyzylorda the river stood at 5.2 metres, forty centimetres below the mark at which the town's bridge"
    " is closed. The ministry in Astana blamed a warm February and said that it had talked to its colleagues in"
    " Tashkent twice a day. A commission will look at the dykes in April. The last time that the river came so early"
    " was in 2005, and two villages were lost."
)
THANKS = "This article was first published at Steppe Herald and is republished here with permission. "
LEAD = "Spring has come early to the south, and not everybody is glad of it. Our partners at the Steppe Herald report. "
TRAILER = " Read more at the Steppe Herald. Follow us on Telegram. The views expressed are those of the author."
EDITED = (
    WIRE.replace("three weeks", "almost three weeks")
    .replace("Nobody was hurt. ", "")
    .replace("said Gulnara Bekova, who has run the dam since 2011", "Gulnara Bekova, the dam's director, said")
)
EXCERPT = " ".join(WIRE.split()[:30]) + " […]"
TRANSLATED = (
    "Вода дошла до главного канала утром в понедельник, на три недели раньше, чем ожидали в районе. Инженеры"
    " открыли два из четырёх затворов в Шардаре и пропустили 400 кубометров в секунду, сказала Гульнара Бекова,"
    " которая руководит плотиной с 2011 года. Фермерам ниже по течению велели увести скот. Никто не пострадал."
)
ANEW = (
    "Kazakhstan's Shardara dam has opened two of its four gates after meltwater arrived three weeks ahead of"
    " schedule, its director Gulnara Bekova told reporters on Monday. Around 400 cubic metres a second are being"
    " released. The river at Kyzylorda stands at 5.2 metres. Officials blame an unusually warm February, and a"
    " commission is to inspect the dykes in April. Farmers downstream have moved their herds, and no injuries were"
    " reported so far."
)
COLUMN = "Good morning from Almaty. Here is what you must know before your first cup of tea. {}"
TUESDAY = COLUMN.format(
    "The tenge lost two per cent overnight and the central bank said nothing. Parliament votes on the water code at"
    " noon. In Osh the airport is open again after the fog. And the cinema on Abay Avenue shows silent films until"
    " Sunday."
)
WEDNESDAY = COLUMN.format(
    "A strike at the copper smelter in Balkhash has entered its second day and the union wants the minister to"
    " come. Snow closed the pass to Medeu. The president flies to Ankara. And a library in Shymkent lends musical"
    " instruments."
)
NOTICE = "The most important news of the week in Central Asia, collected by our editors."
RATES = (
    "The National Bank set the official rates for today. The US dollar costs {} tenge, the euro {} tenge, the"
    " Russian rouble {} tenge and the Chinese yuan {} tenge. Banks in Almaty sold the dollar at {} and bought it at"
    " {}."
)
PRESS = (
    "Almaty Copper, the largest producer of copper cathodes in the region, announced today that it has appointed"
    " Asel Nurlan as its chief financial officer with effect from 1 March. She succeeds Marat Aliev, who retires"
    " after 22 years. 'We are delighted,' said the chairman of the board of directors."
)
WIRED = (
    f"ALMATY, Kazakhstan, Feb. 12 (PR Wire) -- {PRESS} About Almaty Copper: founded in 1932, it employs 12,000 people."
)


def at_herald(text: str, title: str = TITLE, **more: object) -> Article:
    return replace(an_article(title=title, text=text, url="https://www.herald.example/a"), **more)  # type: ignore[arg-type]


def at_tribune(text: str, title: str = TITLE, **more: object) -> FoundArticle:
    when = published(NOON - timedelta(hours=2))
    found = FoundArticle(title=title, text=text, url="https://tribune.example/b", published=when)
    return replace(found, **more)  # type: ignore[arg-type]


def both_ways(one: str, other: str, *, title: str = TITLE, is_recurring: bool = False) -> bool:
    answers = {
        is_copy(at_herald(this, title), at_tribune(that, title), is_recurring=is_recurring)
        for this, that in ((one, other), (other, one))
    }
    (answer,) = answers
    return answer


@pytest.mark.parametrize(
    "text",
    [WIRE, THANKS + WIRE, LEAD + WIRE, LEAD + THANKS + WIRE + TRAILER, EDITED, THANKS + EDITED + TRAILER, EXCERPT],
)
def test_a_story_that_is_told_again_is_a_copy(text: str) -> None:
    assert both_ways(WIRE, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (THANKS + WIRE, LEAD + WIRE),
        (EXCERPT, LEAD + THANKS + WIRE),
        (EXCERPT, " ".join((THANKS + WIRE).split()[:55]) + " …"),
        (PRESS, WIRED),
    ],
)
def test_two_that_told_it_again_are_copies(one: str, other: str) -> None:
    assert both_ways(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WIRE, TRANSLATED),
        (WIRE, ANEW),
        (WIRE, " ".join(ANEW.split()[:30])),
        (TUESDAY, WEDNESDAY),
        (" ".join(TUESDAY.split()[:30]), WEDNESDAY),
        (
            RATES.format("512.34", "560.10", "5.61", "71.20", "514", "510"),
            RATES.format("513", "559", "6", "71", "515", "511"),
        ),
        (NOTICE, NOTICE),
        (WIRE, ""),
        ("", ""),
    ],
)
def test_two_stories_of_one_title_are_two(one: str, other: str) -> None:
    assert not both_ways(one, other)


def test_where_the_title_does_not_tell_a_text_must_be_long() -> None:
    assert both_ways(WIRE, WIRE, title="Water")
    assert not both_ways(WIRE, EXCERPT, title="Water")
    assert not both_ways(WIRE, EXCERPT, is_recurring=True)
    assert both_ways(WIRE, EXCERPT)


def test_the_next_number_of_a_column_is_another_story_whatever_is_printed_of_it() -> None:
    later = published(NOON + timedelta(days=7))
    assert not is_copy(at_herald(WIRE), at_tribune(WIRE, published=later), is_recurring=False)
    assert is_copy(at_herald(WIRE), at_tribune(WIRE, published=published(NOON + timedelta(days=2))), is_recurring=False)
    assert is_copy(at_herald(WIRE), at_tribune(WIRE, published=UNDATED), is_recurring=False)


def test_one_outlet_that_prints_a_story_again_must_do_so_at_length_and_at_once() -> None:
    again = at_tribune(WIRE, url="https://herald.example/moved")
    assert is_copy(at_herald(WIRE), again, is_recurring=False)
    assert not is_copy(at_herald(WIRE), replace(again, text=EXCERPT), is_recurring=False)
    assert not is_copy(
        at_herald(WIRE), replace(again, published=published(NOON + timedelta(days=1))), is_recurring=False
    )


def test_a_piece_without_an_address_may_be_of_another_outlet() -> None:
    assert is_copy(at_herald(WIRE, url=None), at_tribune(EXCERPT, url=None), is_recurring=False)
