import pytest

from tests.builders import a_rate


@pytest.mark.parametrize(
    ("percent", "said"),
    [("0.8249", "+0.82"), ("-0.135", "-0.14"), ("0", "0.00"), ("-0.001", "0.00"), ("0.004", "0.00"), (None, None)],
)
def test_a_change_is_signed_and_a_zero_is_not(percent: str | None, said: str | None) -> None:
    assert a_rate(percent=percent).signed_percent == said
