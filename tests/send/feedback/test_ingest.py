import pytest

from digest.errors import UnreadableFeedback
from digest.send.feedback.ingest import FORMATS, read
from digest.send.feedback.vocabulary import FeedbackKind
from tests.fakes import NOON


def test_the_format_is_found_by_looking() -> None:
    (told,) = read(b'[{"event": "spamreport", "email": "a@b.example"}]', received_at=NOON)
    assert (told.kind, told.source) == (FeedbackKind.COMPLAINED, "sendgrid")


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"hello"])
def test_what_fits_no_format_is_one_named_error_that_says_which_there_are(data: bytes) -> None:
    with pytest.raises(UnreadableFeedback) as raised:
        read(data, received_at=NOON)
    assert "hello" not in str(raised.value)


def test_every_format_has_a_name_for_people() -> None:
    assert all(one.name for one in FORMATS)
