import pytest

from digest.collect.article import Mark
from digest.collect.sources.mark_words import is_paid_label, marks_of_place, marks_of_words

OPINION, PAID, PAYWALL = Mark.OPINION, Mark.SPONSORED, Mark.PAYWALL


@pytest.mark.parametrize(
    ("section", "mark"),
    [
        ("Opinion", OPINION),
        ("OP-ED", OPINION),
        ("Editorial", OPINION),
        ("News / Opinion", OPINION),
        ("Мнение", OPINION),
        ("Колонка", OPINION),
        ("Пікір", OPINION),
        ("Ой-пікір", OPINION),
        ("Fikr", OPINION),
        ("Пикир", OPINION),
        ("Дидгоҳ", OPINION),
        ("Pikir", OPINION),
        ("Görüş", OPINION),
        ("Köşe Yazıları", OPINION),
        ("Sponsored", PAID),
        ("Partner content", PAID),
        ("Partner", PAID),
        ("Партнёрский материал", PAID),
        ("На правах рекламы", PAID),
        ("Реклама", PAID),
        ("Жарнама", PAID),
        ("Subscribers only", PAYWALL),
        ("Только для подписчиков", PAYWALL),
    ],
)
def test_a_whole_rubric_marks_a_piece(section: str, mark: Mark) -> None:
    assert marks_of_words([section]) == {mark}


@pytest.mark.parametrize(
    "section",
    [
        "",
        "—",
        "Opinion polls",
        "Public opinion",
        "Partners and trade",
        "Advertising",
        "Premium",
        "Общественное мнение",
        "Рынок рекламы",
        "Комментарии",
        "Economy",
        "x" * 5_000,
    ],
)
def test_a_word_in_a_longer_name_marks_nothing(section: str) -> None:
    assert marks_of_words([section], [section]) == frozenset()


def test_what_other_things_are_tagged_with_counts_only_as_the_rubric() -> None:
    assert marks_of_words((), ["Editorial", "Column", "Реклама", "Фикр"]) == frozenset()
    assert marks_of_words((), ["Opinion", "Sponsored"]) == {OPINION, PAID}


@pytest.mark.parametrize(
    ("url", "marks"),
    [
        ("https://h.example/opinion/2025/rivers", {OPINION}),
        ("https://h.example/commentisfree/rivers", {OPINION}),
        ("https://h.example/mneniya/reki/", {OPINION}),
        ("https://h.example/culture-council/rivers/", {PAID}),
        ("https://h.example/partner-content/rivers", {PAID}),
        ("https://h.example/sites/canalsbrandvoice/2025/rivers", {PAID}),
        ("https://h.example/news/opinion", set()),
        ("https://h.example/news/sponsored/", set()),
        ("https://h.example/news/public-opinion-on-sponsored-content", set()),
        ("https://opinion.example/rivers", set()),
        ("https://h.example/?section=opinion", set()),
        (None, set()),
    ],
)
def test_only_whole_folders_of_an_address_mark_a_piece(url: str | None, marks: set[Mark]) -> None:
    assert marks_of_place(url) == marks


@pytest.mark.parametrize("label", ["Partner content", "SPONSORED CONTENT", "На правах рекламы", "Paid Post"])
def test_a_label_says_that_a_piece_is_paid_for(label: str) -> None:
    assert is_paid_label(label)


@pytest.mark.parametrize("label", ["Advertisement", "Реклама", "Sponsored content is on the rise", "Opinion", ""])
def test_an_advertisement_s_label_is_not_the_piece_s(label: str) -> None:
    assert not is_paid_label(label)
