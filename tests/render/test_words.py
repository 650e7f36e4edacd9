from datetime import date, datetime
from pathlib import Path

import pytest

from digest.errors import RenderError
from digest.render.words import Words, direction_of, language_of, words_for
from digest.resources import templates_dir

FRIDAY = date(2025, 12, 19)


def words(tag: str) -> Words:
    return words_for(tag, templates_dir())


def test_plain_english_is_written_the_international_way() -> None:
    english = words("en")
    assert english.day(FRIDAY, beside=FRIDAY) == "19 December"
    assert english.day(FRIDAY, beside=date(2026, 1, 2)) == "19 December 2025"
    assert english.weekday(FRIDAY) == "Friday, 19 December"
    assert english.full_day(FRIDAY) == "Friday, 19 December 2025"
    assert english.clock(datetime(2025, 12, 19, 8, 4)) == "08:04"  # noqa: DTZ001 - the zone is the caller's business


def test_russian_has_its_own_words_and_three_plurals() -> None:
    russian = words("ru-KZ")
    assert russian.language == "ru"
    assert russian.weekday(FRIDAY) == "пятница, 19 декабря"
    assert russian.gettext("View in browser") == "Открыть в браузере"
    said = [russian.ngettext("%(count)d new", "%(count)d new", count) % {"count": count} for count in (1, 2, 5, 21)]
    assert said == ["1 новая", "2 новые", "5 новых", "21 новая"]


def test_what_a_catalogue_does_not_know_is_said_in_english() -> None:
    assert words("ru").gettext("No such message") == "No such message"
    assert words("de").gettext("View in browser") == "View in browser"


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("en", "en"),
        ("en-GB", "en-GB"),
        ("ru-KZ", "ru-KZ"),
        ("kk", "kk"),
        ("uz-Latn-UZ", "uz-Latn-UZ"),
        ("tk-TM", "tk-TM"),
        ("de", "en"),
        ("xx", "en"),
    ],
)
def test_a_language_without_a_catalogue_is_spoken_to_in_one_that_its_readers_know(tag: str, spoken: str) -> None:
    assert words(tag).spoken == spoken
    assert words(tag).gettext("View in browser") == words(spoken).gettext("View in browser")
    assert (words(tag).tag, words(tag).direction) == (tag, "ltr")


def test_dates_and_names_are_the_readers_own_in_whatever_language_they_are_spoken_to() -> None:
    assert words("tk").day(FRIDAY, beside=FRIDAY) == "19 dekabr"
    assert words("tk").currency_name("USD") == "ABŞ dollary"


@pytest.mark.parametrize("tag", ["xx", "x-klingon", "", "en_US_POSIX_and_more", "123"])
def test_a_language_nobody_knows_is_english(tag: str) -> None:
    assert words(tag).language == "en"
    assert direction_of(tag) == "ltr"


def test_directions_and_languages_follow_the_tag() -> None:
    assert direction_of("ar") == direction_of("fa-AF") == "rtl"
    assert language_of("ru_KZ") == "ru"


def test_who_is_spoken_to_in_english_reads_from_left_to_right_dates_too() -> None:
    arabic = words("ar")
    assert (arabic.tag, arabic.spoken, arabic.written, arabic.direction) == ("ar", "en", "en", "ltr")
    assert arabic.day(FRIDAY, beside=FRIDAY) == "19 December"
    assert words("tk").written == "tk"


def catalogue(folder: Path, language: str, *messages: str) -> None:
    path = folder / "locale" / language / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text("\n\n".join(['msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"', *messages]), "utf-8")


def test_a_language_of_the_region_without_a_catalogue_is_spoken_to_in_russian_with_dates_of_its_own(
    tmp_path: Path,
) -> None:
    catalogue(tmp_path, "ru", 'msgid "a"\nmsgstr "a in Russian"')
    turkmen = words_for("tk", tmp_path)
    assert (turkmen.spoken, turkmen.gettext("a")) == ("ru", "a in Russian")
    assert turkmen.day(FRIDAY, beside=FRIDAY) == "19 dekabr"


def test_what_a_language_has_not_is_said_in_the_one_spoken_instead(tmp_path: Path) -> None:
    catalogue(tmp_path, "kk", 'msgid "a"\nmsgstr "a in Kazakh"', '#, fuzzy\nmsgid "b"\nmsgstr "a guess"')
    catalogue(tmp_path, "ru", *(f'msgid "{one}"\nmsgstr "{one} in Russian"' for one in "ab"))
    kazakh = words_for("kk", tmp_path)
    assert [kazakh.gettext(one) for one in "abc"] == ["a in Kazakh", "b in Russian", "c"]


def test_cities_languages_currencies_and_lists_are_named() -> None:
    assert words("en").city("Asia/Almaty") == "Almaty"
    assert words("ru").city("Asia/Almaty") == "Алматы"
    assert words("en").city("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert words("en").city("UTC") == words("en").city("Etc/UTC") == "UTC"
    assert words("en").language_name("ru-KZ") == "Russian"
    assert words("en").language_name("qqq") == "qqq"
    assert words("en").currency_name("EUR") == "euro"
    assert words("en").names(["A", "B", "C"]) == "A, B and C"


@pytest.mark.parametrize("content", [b'msgid "a"\nmsgstr "\xff"\n', b'msgid "a"\nnot a catalogue\n'])
def test_a_broken_catalogue_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "locale" / "de" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(RenderError, match=r"messages\.po: this catalogue cannot be read"):
        words_for("de", tmp_path)
