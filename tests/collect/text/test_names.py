import pytest

from digest.collect.text.names import means, split_byline, unite


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ankit Panda and Catherine Putz", ("Ankit Panda", "Catherine Putz")),
        ("by: A. One, B Two & C Three (ct)", ("A. One", "B Two", "C Three")),
        ("Dana Serikova", ("Dana Serikova",)),
        ("  Dana   Serikova ", ("Dana Serikova",)),
        ("dana@herald.example (Dana Serikova)", ("Dana Serikova",)),
        ("Dana Serikova <dana@herald.example>", ("Dana Serikova",)),
        ("Anna Berg und Bodo Meer, dpa", ("Anna Berg", "Bodo Meer", "dpa")),
        ("Автор: Анна Ким и Тимур Алиев", ("Анна Ким", "Тимур Алиев")),
        ("John Smith, Jr. and Ann Poe", ("John Smith, Jr.", "Ann Poe")),
        ("Ann Poe, Ann Poe", ("Ann Poe",)),
        ("Byron Katz", ("Byron Katz",)),
        ("J. D.", ("J. D.",)),
        ("O&#8217;Neil", ("O’Neil",)),
        ("", ()),
        ("By", ()),
    ],
)
def test_a_byline_is_taken_apart(byline: str, names: tuple[str, ...]) -> None:
    assert split_byline(byline) == names


def test_signs_of_a_desk_stay_together_where_that_is_wanted() -> None:
    assert split_byline("srf/hosb; Ann Poe/dpa", signs_together=True) == ("srf/hosb", "Ann Poe", "dpa")
    assert split_byline("srf/hosb; Ann Poe/dpa") == ("srf", "hosb", "Ann Poe", "dpa")


@pytest.mark.parametrize(
    "name",
    [
        "Dana Serikova",
        "DANA SERIKOVA ",
        "dana-serikova",
        "Serikova Dana",
        "D. Serikova",
        "Dāna Serikova",
        "Dana Serikóva",
        "Дана Серикова",
    ],
)
def test_spellings_of_a_name_mean_the_same_person(name: str) -> None:
    assert means(name, ["Dana Serikova", "Дана Серикова"])


@pytest.mark.parametrize(
    "name", ["", "  ", "Dana", "Serikova", "Dana Serik", "B. Serikova", "Dinara Serikova", "Dana A. Serikova", "D"]
)
def test_other_names_mean_somebody_else(name: str) -> None:
    assert not means(name, ["Dana Serikova"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shavkat Mirziyoyev", "Shavkat Mirziyoev"),
        ("Shavkat Mirziyoyev", "Шавкат Мирзиёев"),
        ("Timur Aliyev", "Тимур Алиев"),
        ("Timur Aliyev", "ALIEV Timur"),
        ("Dmitry Khodjaev", "Дмитрий Ходжаев"),
        ("Sergei Ivanov", "Сергей Иванов"),
        ("Yelena Tsoi", "Елена Цой"),
        ("Yulia Zhukova", "Юлия Жукова"),
        ("Aigul Nurgazina", "Айгуль Нургазина"),
    ],
)
def test_ways_to_write_cyrillic_in_latin_letters_are_one_name(one: str, other: str) -> None:
    assert means(one, [other])
    assert means(other, [one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Diana Serikova", "Dana Serikova"),
        ("Maria Ivanova", "Мара Иванова"),
        ("Ivan Petrov", "Ивана Петрова"),
        ("Алиев", "Aliyev"),
    ],
)
def test_names_that_only_look_alike_in_latin_letters_are_two(one: str, other: str) -> None:
    assert not means(one, [other])


def test_apostrophes_do_not_matter() -> None:
    assert means("Jo'rayev Iskandar", ["Iskandar Jo‘rayev"])


def test_nobody_is_meant_by_no_spelling() -> None:
    assert not means("Dana", [])
    assert not means("Dana", [""])


def test_bylines_are_united_without_repeating_anybody() -> None:
    assert unite(["Dana Serikova"], ["dana-serikova", "Timur Aliyev"]) == ("Dana Serikova", "Timur Aliyev")


def test_what_has_hundreds_of_names_is_no_byline() -> None:
    names = [f"Person Number{n}" for n in range(500)]
    assert len(split_byline(", ".join(names))) == 100
    assert len(unite(names, names)) == 100
