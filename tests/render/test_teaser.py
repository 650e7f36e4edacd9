import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.render.teaser import LIMIT, reading_minutes, shorten, teaser

LONG = "This sentence has been made long enough to fill a good part of a teaser by going on and on about nothing at all"


def test_it_takes_three_sentences_at_the_most() -> None:
    assert teaser("One. Two! Three? Four.") == "One. Two! Three?"


def test_it_stops_before_a_sentence_that_does_not_fit() -> None:
    assert teaser(f"{LONG}. {LONG}. {LONG}.") == f"{LONG}. {LONG}."


def test_a_thin_teaser_takes_one_more_sentence_that_is_a_little_too_long() -> None:
    second = "And " + "word " * 63 + "end."
    assert len(second) > LIMIT - 10
    assert teaser(f"A short start. {second} Third.") == f"A short start. {second}"


def test_a_sentence_that_is_much_too_long_is_cut_between_words() -> None:
    found = teaser("word " * 200)
    assert found.endswith("word…")
    assert len(found) <= LIMIT


@pytest.mark.parametrize(
    "first",
    [
        "When Mr. Akhmetov came, the U.S. dollar cost 150 tenge.",
        "В 2025 г. Алматы выросла на 3 тыс. Жители это заметили.",
        "По словам А. С. Пушкина и др. Авторов, так и было.",
        "“Really? yes,” he said.",
        "It was No. 12 on the list.",
        "The index rose 3.5 points.",
        "Well... maybe.",
    ],
)
def test_a_stop_that_ends_no_sentence_does_not_end_it(first: str) -> None:
    assert teaser(f"{first} Second.", sentences=1) == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("«Мы привыкли.» Она ставит ведро.", "«Мы привыкли.»"),
        ("He left (at last). She stayed.", "He left (at last)."),
        ("Really?! Yes.", "Really?!"),
        ("今天下雪。路关了。", "今天下雪。"),
        ("نعم. هذا كل شيء.", "نعم."),
    ],
)
def test_quotes_and_brackets_belong_to_the_sentence_that_they_close(text: str, first: str) -> None:
    assert teaser(text, sentences=1) == first


def test_no_sentence_runs_over_the_end_of_a_paragraph() -> None:
    assert teaser("ALMATY, Thursday\n\nIt snowed.\n\n\nIt stopped.", sentences=2) == "ALMATY, Thursday It snowed."


def test_an_unfinished_last_sentence_is_dropped_when_enough_is_left() -> None:
    assert teaser(f"{LONG}. Villagers have begun to", truncated=True) == f"{LONG}."
    assert teaser(f"{LONG}. Villagers have begun to [...]") == f"{LONG}."


def test_an_unfinished_only_sentence_ends_in_an_ellipsis() -> None:
    assert teaser("Villagers have begun to,", truncated=True) == "Villagers have begun to…"
    assert teaser("Snow fell. Villagers have ...") == "Snow fell. Villagers have…"
    assert teaser("Snow fell. […]") == "Snow fell."


def test_a_finished_text_is_kept_though_the_source_says_it_was_cut() -> None:
    assert teaser("Snow fell. It stopped.", truncated=True) == "Snow fell. It stopped."


def test_a_summary_without_a_full_stop_is_kept_as_it_is() -> None:
    assert teaser("Snow closes the road") == "Snow closes the road"


def test_nothing_gives_nothing() -> None:
    assert teaser("") == teaser(" \n ", truncated=True) == teaser("…") == ""


@given(st.text(max_size=2000), st.booleans())
def test_any_text_gives_one_line_of_bounded_length(text: str, truncated: bool) -> None:
    found = teaser(text, truncated=truncated)
    assert "\n" not in found
    assert len(found) <= LIMIT * 1.25 + 1


@given(st.lists(st.text("абвг", min_size=1, max_size=30), min_size=1, max_size=60), st.integers(31, 200))
def test_shortening_never_cuts_a_word_that_fits(words: list[str], limit: int) -> None:
    text = " ".join(words)
    kept = shorten(text, limit)
    assert len(kept) <= limit
    assert kept == text or kept.removesuffix("…") == " ".join(words[: len(kept.split())])


def test_a_word_longer_than_the_limit_is_cut_but_not_between_a_letter_and_its_accent() -> None:
    assert shorten("abcde\u0301fgh", 6) == "abcd…"
    assert shorten("ab👩\u200d👧cd", 5) == "ab…"
    assert shorten("aaaa", 3) == "aa…"


def test_reading_time_is_told_for_whole_articles_only() -> None:
    assert reading_minutes("word " * 480, truncated=False) == 2
    assert reading_minutes("word " * 130, truncated=False) == 1
    assert reading_minutes("word " * 480, truncated=True) is None
    assert reading_minutes("a summary", truncated=False) is None
