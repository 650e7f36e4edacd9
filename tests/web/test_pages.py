import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.resources import templates_dir
from digest.web.pages import Pages, wished


def wishes(header: str) -> list[str]:
    return wished(SimpleNamespace(headers={"accept-language": header}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", []),
        ("ru", ["ru"]),
        ("de;q=0.5, ru-KZ, en;q=0.9", ["ru-KZ", "en", "de"]),
        ("en;q=0, *, xx-yy-zz, ru ; q=0.3", ["ru"]),
        ("en;q=x, ru;level=1", []),
    ],
)
def test_a_browsers_wishes_are_heard_in_their_order(header: str, found: list[str]) -> None:
    assert wishes(header) == found


@given(st.text(max_size=80))
def test_any_header_gives_known_languages(header: str) -> None:
    assert all(isinstance(tag, str) for tag in wishes(header))


@pytest.mark.parametrize(
    ("tag", "spoken"), [("en", "en"), ("ru-KZ", "ru-KZ"), ("kk", "kk"), ("tg-TJ", "tg-TJ"), ("de", "en")]
)
def test_a_page_is_all_of_one_language(tag: str, spoken: str) -> None:
    words = Pages(templates_dir(), public_url="https://digest.example.org").words(tag)
    assert (words.tag, words.spoken) == (spoken, spoken)


def test_where_a_language_has_no_words_another_one_is_spoken_on_the_whole_page(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(templates_dir(), templates)
    shutil.rmtree(templates / "web/locale/tg")
    words = Pages(templates, public_url="https://digest.example.org").words("tg-TJ")
    assert (words.tag, words.spoken) == ("ru", "ru")


def test_links_begin_with_the_path_of_our_address() -> None:
    pages = Pages(templates_dir(), public_url="https://example.org/digest")
    page = bytes(pages.notice("no-such-page", pages.words("en"), status=200).body).decode()
    assert f'href="/digest/{pages.style_name}"' in page
