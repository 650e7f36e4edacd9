import pytest

from digest.render.preflight import of_headers

OURS = "https://digest.example.org"
GOOD = {
    "List-Unsubscribe": f"<{OURS}/u/token>, <mailto:u+token@digest.example.org>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "List-Id": '"The Morning Brief" <morning-brief.digest.example.org>',
}


def wheres(headers: dict[str, str], public_url: str = OURS) -> list[tuple[str, str]]:
    found = list(of_headers(headers, public_url))
    assert all(finding.is_error for finding in found)
    return [(finding.name, finding.where.removeprefix("headers, ")) for finding in found]


def test_good_headers_have_nothing_wrong() -> None:
    assert wheres(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"List-Unsubscribe": ""}, ("no-unsubscribe-header", "List-Unsubscribe")),
        (
            {"List-Unsubscribe": "<https://digest.example.org.evil.example/u/t>"},
            ("no-unsubscribe-header", "List-Unsubscribe"),
        ),
        ({"List-Unsubscribe": "<mailto:leave@example.org>"}, ("no-unsubscribe-header", "List-Unsubscribe")),
        ({"List-Unsubscribe-Post": ""}, ("no-unsubscribe-header", "List-Unsubscribe-Post")),
        ({"List-Id": "morning"}, ("no-list-id", "List-Id")),
    ],
)
def test_a_way_out_that_is_missing_or_leads_elsewhere_is_an_error(
    changes: dict[str, str], found: tuple[str, str]
) -> None:
    assert wheres(GOOD | changes) == [found]


def test_without_https_nobody_promises_one_click() -> None:
    plain = GOOD | {"List-Unsubscribe": "<http://localhost:8000/u/token>", "List-Unsubscribe-Post": ""}
    assert wheres(plain, "http://localhost:8000/") == []
