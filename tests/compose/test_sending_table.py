import pytest

from digest.compose.sending import Sending, WhenUncertain
from digest.compose.sending_table import read_sending
from digest.compose.snapshot import sending_from_json, sending_to_json
from digest.compose.toml_table import open_table
from digest.errors import BadNewsletterFile

WHOLE = b"""
when_uncertain = "prefer-duplicate"
uncertain_hours = 6
spread_minutes = 40
canary_percent = 2
canary_readers = 50
canary_minutes = 0
most_failed_percent = 10
per_minute = 3000
warm_up = [500, 1000, 2000]
return_path = "bounces@News.example"
track_opens = true
track_clicks = false
categories = ["mornings"]
required_words = ["Advertising pays for this"]
check_links = false
unchecked_sites = ["www.Walls.example"]

[per_domain]
"Gmail.com" = 600
"""


def sending_of(toml: bytes) -> Sending:
    return read_sending(open_table("brief.toml", toml))


def test_every_key_is_read() -> None:
    assert sending_of(WHOLE) == Sending(
        when_uncertain=WhenUncertain.PREFER_DUPLICATE,
        uncertain_hours=6,
        spread_minutes=40,
        canary_percent=2,
        canary_readers=50,
        canary_minutes=0,
        most_failed_percent=10,
        per_minute=3000,
        per_domain={"gmail.com": 600},
        warm_up=(500, 1000, 2000),
        return_path="bounces@news.example",
        track_opens=True,
        track_clicks=False,
        categories=("mornings",),
        required_words=("Advertising pays for this",),
        check_links=False,
        unchecked_sites=("walls.example",),
    )


def test_whoever_says_nothing_sends_as_usual_and_misses_rather_than_mails_twice() -> None:
    assert sending_of(b"") == Sending()
    assert Sending().when_uncertain is WhenUncertain.PREFER_MISS
    assert not Sending().track_opens
    assert not Sending().track_clicks


def test_what_was_said_is_kept_as_it_was() -> None:
    assert sending_from_json(sending_to_json(sending_of(WHOLE))) == sending_of(WHOLE)


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        (b"spread_minutes = 1441", "from 0 to 1440"),
        (b"canary_percent = 51", "from 0 to 50"),
        (b"most_failed_percent = 0", "from 1 to 100"),
        (b"warm_up = 500", "an array of whole numbers"),
        (b"warm_up = [500, 0]", "warm_up[2]"),
        (b"warm_up = [true]", "a whole number"),
        (b'track_opens = "yes"', "true or false"),
        (b'when_uncertain = "prefer-mis"', "did you mean prefer-miss"),
        (b'return_path = "nowhere"', "return_path"),
        (b'return_path = "' + b"b" * 40 + b'@news.example"', "39 characters before its @"),
        (b'return_path = "b@' + b"news." * 45 + b'example"', "229 characters"),
        (b'categories = ["a", "a"]', "there twice"),
        (b'categories = ["\xd0\xb0"]', "Latin"),
        (b'categories = ["a","b","c","d","e","f","g","h","i"]', "8 at the most"),
        (b'per_domain = { "gmail.com" = 0 }', "per_domain"),
        (b"spread = 40", "did you mean spread_minutes"),
    ],
)
def test_a_wrong_value_is_refused_by_name(toml: bytes, why: str) -> None:
    with pytest.raises(BadNewsletterFile) as refused:
        sending_of(toml)
    assert why in str(refused.value)


def test_eight_categories_leave_room_for_the_newsletter_s_own_among_ten() -> None:
    toml = "categories = [" + ", ".join(f'"c{number}"' for number in range(8)) + "]"
    assert len(sending_of(toml.encode()).categories) == 8
