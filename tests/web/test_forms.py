import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.web.forms import MOST_FIELDS, MULTIPART, URLENCODED, read_form, said

ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}
BOUNDARY = "----boundary"


def multipart(*parts: str) -> bytes:
    return "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts).encode() + f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(
    "content_type", [URLENCODED, f"{URLENCODED}; charset=UTF-8", "APPLICATION/X-WWW-FORM-URLENCODED", ""]
)
def test_one_click_as_urlencoded(content_type: str) -> None:
    assert read_form(content_type, b"List-Unsubscribe=One-Click") == ONE_CLICK


@pytest.mark.parametrize(
    "content_type", [f"{MULTIPART}; boundary={BOUNDARY}", f'Multipart/Form-Data; boundary="{BOUNDARY}"']
)
def test_one_click_as_multipart(content_type: str) -> None:
    part = 'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click'
    assert read_form(content_type, multipart(part)) == ONE_CLICK


def test_a_field_that_comes_several_times_has_all_its_values_in_order() -> None:
    assert read_form(URLENCODED, b"follow=b&follow=a&none=&x=%D0%BA+%26") == {
        "follow": ["b", "a"],
        "none": [""],
        "x": ["к &"],
    }
    parts = [f'Content-Disposition: form-data; name="follow"\r\n\r\n{value}' for value in ("b", "a", "ё")]
    assert read_form(f"{MULTIPART}; boundary={BOUNDARY}", multipart(*parts)) == {"follow": ["b", "a", "ё"]}


def test_a_field_says_its_first_value_or_nothing() -> None:
    assert said({"who": [" some ", "everybody"]}, "who") == "some"
    assert said({}, "who") == said({"who": []}, "who") == ""


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"List-Unsubscribe": "One-Click"}'),
        (URLENCODED, "отписка=да".encode()),
        (URLENCODED, b"a=1&" * (MOST_FIELDS + 1)),
        (MULTIPART, multipart('Content-Disposition: form-data; name="a"\r\n\r\n1')),
        (f"{MULTIPART}; boundary=ё", b"x"),
        (f"{MULTIPART}; boundary={BOUNDARY}", b"List-Unsubscribe=One-Click"),
        (f"{MULTIPART}; boundary={BOUNDARY}", multipart("Content-Disposition: form-data\r\n\r\nnameless")),
    ],
)
def test_what_cannot_be_read_has_no_fields(content_type: str, body: bytes) -> None:
    assert read_form(content_type, body) == {}


@given(
    st.sampled_from([URLENCODED, f"{MULTIPART}; boundary={BOUNDARY}", MULTIPART, "text/plain"]) | st.text(max_size=60),
    st.binary(max_size=300) | st.binary(max_size=200).map(lambda some: b"--" + BOUNDARY.encode() + b"\r\n" + some),
)
def test_any_bytes_give_a_form(content_type: str, body: bytes) -> None:
    for name, values in read_form(content_type, body).items():
        assert isinstance(name, str)
        assert values
