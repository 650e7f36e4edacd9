import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.homographs import passes_for_another


@pytest.mark.parametrize(
    "domain",
    [
        "pаypal.com",  # one Cyrillic letter among Latin ones
        "аррӏе.com",  # Cyrillic letters only, each like a Latin one
        "news.раураӏ.org",
        "αlpha.example",  # Greek and Latin
    ],
)
def test_a_domain_that_passes_for_another_is_told(domain: str) -> None:
    ascii_domain = ".".join(idna.encode(label).decode() for label in domain.split("."))
    assert passes_for_another(ascii_domain)


@pytest.mark.parametrize(
    "domain",
    [
        "example.org",
        "почта.рф",
        "книга.com",
        "ара.рф",
        "bücher.de",
        "日本語.jp",
        "テスト日本.jp",
        "example-1.kz",
        "münchen24.de",
    ],
)
def test_a_domain_in_ones_own_letters_is_fine(domain: str) -> None:
    ascii_domain = ".".join(idna.encode(label).decode() for label in domain.split("."))
    assert not passes_for_another(ascii_domain)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=60))
def test_any_text_is_judged(domain: str) -> None:
    assert passes_for_another(domain) in (True, False)
    assert not passes_for_another(f"xn--{'x' * 70}")
