import pytest

from digest.render.rendition import Slots
from digest.send.open_letter import headlines, open_letter, served_locale
from tests.send.office import a_sealed

URL = "https://digest.example.org"


def test_nobodys_links_lead_to_pages_that_say_so_and_nobody_is_named() -> None:
    body = open_letter(a_sealed(), "en", public_url=URL)
    assert f'href="{URL}/u"' in body.html
    assert f'href="{URL}/r"' in body.html
    assert f'href="{URL}/i/morning-brief-1"' in body.html
    assert "For " not in body.html
    assert f"Leave: {URL}/u\n" in body.text


def test_it_is_the_sealed_rendition_of_that_locale() -> None:
    assert open_letter(a_sealed(), "ru", public_url=URL).html.startswith("<html lang=ru>")


def test_its_headlines_are_in_printing_order() -> None:
    assert set(headlines(a_sealed().frozen)) == {
        "Snow closes the Medeu road",
        "Ледоход на Иртыше",
        "Who pays for the <grid>",
    }


@pytest.mark.parametrize(
    ("wanted", "served"),
    [([], "en"), (["de"], "en"), (["de", "ru-KZ"], "ru"), (["ru", "en"], "ru"), (["EN_gb"], "en"), ([""], "en")],
)
def test_the_first_wanted_language_that_there_is_is_served(wanted: list[str], served: str) -> None:
    assert served_locale(wanted, ("en", "ru")) == served


def test_the_slots_are_all_filled() -> None:
    slots = set(Slots.__dataclass_fields__)
    html = open_letter(a_sealed(), "en", public_url=URL).html
    assert not [slot for slot in slots if f".{slot}." in html]
