import pytest
from yarl import URL

from digest.collect.fetching.robots import delay_of, obey, rules_of
from digest.errors import RobotsForbid


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: BylineDigest\nCrawl-delay: 3", 3.0),
        ("User-agent: other\nCrawl-delay: 10", 0.0),
        ("User-agent: *\nRequest-rate: 1/5s", 5.0),
        ("User-agent: *\nRequest-rate: 2/1m 0800-1700", 30.0),
        ("User-agent: *\nRequest-rate: 1/5s\nCrawl-delay: 8", 8.0),
        ("User-agent: *\nRequest-rate: 1/9s\nCrawl-delay: 8", 9.0),
        ("User-agent: *\nRequest-rate: 0/5s\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: -3", 0.0),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nCrawl-delay: 86400", 60.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
        ("", 0.0),
    ],
)
def test_a_site_says_how_often_it_may_be_asked(said: str, seconds: float) -> None:
    assert delay_of(rules_of(200, said.encode())) == seconds


def test_rules_that_could_not_be_read_ask_for_no_pause_and_allow_nothing() -> None:
    rules = rules_of(503, b"User-agent: *\nCrawl-delay: 10")
    assert delay_of(rules) == 0.0
    with pytest.raises(RobotsForbid, match="the server answered 503"):
        obey(rules, URL("https://steppe.example/a"))


def test_rules_are_obeyed() -> None:
    rules = rules_of(200, b"User-agent: *\nDisallow: /b\n")
    obey(rules, URL("https://steppe.example/a"))
    with pytest.raises(RobotsForbid, match="asks us not to read it"):
        obey(rules, URL("https://steppe.example/b"))


def test_no_rules_forbid_nothing() -> None:
    obey(rules_of(404, b"User-agent: *\nDisallow: /\n"), URL("https://steppe.example/a"))
