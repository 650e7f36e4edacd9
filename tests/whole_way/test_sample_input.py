"""The whole road on the project's own samples: what the README does by hand and what the demo does, in this process."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from digest.clock import StoppedClock
from digest.collect.article import Mark
from digest.compose.issue import IssueSkipped
from digest.config import Settings
from digest.ids import NewsletterId
from digest.newsroom import collect
from digest.resources import newsletters_dir
from digest.send.states import DeliveryState
from digest.terminal.sample_newsroom import SampleNewsroom, serve
from digest.wiring import Runtime, open_runtime
from tests.whole_way.letters import assert_is_a_good_letter, by_address, outbox, squeezed
from tests.whole_way.road import apply, open_at, run, settings_in, take_in

EVENING = datetime(2025, 12, 18, 14, 0, tzinfo=UTC)
MORNING = datetime(2025, 12, 19, 2, 0, tzinfo=UTC)
JOURNALIST, EVERYONE, NOBODY = "one@readers.example", "two@readers.example", "three@readers.example"
READERS = f"""address,name,follows,locale
{JOURNALIST},Reader One,aigerim-sadykova,en
{EVERYONE},"Two, Reader",*,en
{NOBODY},Reader Three,,en
"""
SAMPLE = newsletters_dir() / "sample"


@pytest.fixture
def one_journalist(tmp_path: Path) -> Iterator[Runtime]:
    """The store after the README's second and third command."""
    with open_at(settings_in(tmp_path), MORNING) as runtime:
        apply(runtime, newsletters_dir() / "one-journalist.toml")
        assert take_in(runtime, READERS, "one-journalist").good == 3
        yield runtime


async def test_the_readmes_four_commands_put_two_letters_into_the_outbox(one_journalist: Runtime) -> None:
    outcome = await run(one_journalist, "one-journalist")
    assert outcome.issue.findings == ()
    assert outcome.issue.shares.as_json() == {"readers": 3, "owed": 2, "bodies": 1, "excluded": {"follows-nobody": 1}}
    frozen = outcome.issue.sealed.frozen
    assert [rate.currency for rate in frozen.rates.rates] == ["KZT", "KGS", "TJS", "UZS", "TMT"]
    assert frozen.rates.missing == ()
    assert outcome.proof is not None
    assert outcome.proof.is_balanced

    letters = by_address(outbox(one_journalist.settings))
    assert letters.keys() == {JOURNALIST, EVERYONE}
    titles = [article.title for article in frozen.articles]
    assert len(titles) == 6
    for letter in letters.values():
        assert_is_a_good_letter(letter, newsletter="one-journalist", domain="silk-road-post.example", sent_at=MORNING)
        for part in (letter.text, letter.html):
            assert [squeezed(title) in squeezed(part) for title in titles] == [True] * 5 + [False]
            assert "1 more from Aigerim Sadykova" in part  # the cap of five
            assert squeezed(part).count("openingonly") == 1  # the ski instructors, who are cut off
    assert letters[EVERYONE].message["To"] == f'"Two, Reader" <{EVERYONE}>'


async def test_running_the_commands_again_sends_nothing(one_journalist: Runtime) -> None:
    await run(one_journalist, "one-journalist")
    before = {letter.path.name: letter.path.read_bytes() for letter in outbox(one_journalist.settings)}
    apply(one_journalist, newsletters_dir() / "one-journalist.toml")
    take_in(one_journalist, READERS, "one-journalist")
    again = await run(one_journalist, "one-journalist")
    assert isinstance(again.composed, IssueSkipped)
    assert {letter.path.name: letter.path.read_bytes() for letter in outbox(one_journalist.settings)} == before


# The sample newsroom over its two days


@pytest.fixture
def newsroom() -> Iterator[SampleNewsroom]:
    with serve(today=date(2025, 12, 18)) as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path).model_copy(update={"fetch_allow_private": True})


def declare(runtime: Runtime, newsroom: SampleNewsroom) -> None:
    apply(runtime, SAMPLE / "morning-brief.toml", {"SAMPLE_NEWSROOM_URL": newsroom.url})
    report = take_in(runtime, (SAMPLE / "readers.csv").read_text("utf-8"), "morning")
    assert report.as_json()["counts"]["suppressed"] == 1


async def test_forty_readers_each_get_what_they_follow_once(newsroom: SampleNewsroom, settings: Settings) -> None:
    with open_runtime(settings, clock=StoppedClock(EVENING)) as runtime:
        declare(runtime, newsroom)
        assert not (await collect(runtime, NewsletterId("morning-brief"))).has_failures
    newsroom.today = date(2025, 12, 19)
    with open_runtime(settings, clock=StoppedClock(MORNING)) as runtime:
        outcome = await run(runtime, "morning-brief")
        assert not outcome.collected.has_failures
        assert outcome.issue.findings == ()
        assert outcome.proof is not None
        assert outcome.proof.is_balanced
        assert outcome.proof.excluded == {"suppressed": 1}
        shares, frozen = outcome.issue.shares, outcome.issue.sealed.frozen
        marked = {article.title.split(":")[0]: article.marks for article in frozen.articles if article.marks}
        assert marked == {
            "A stronger tenge is good news, unless you sell abroad": (Mark.PAYWALL,),
            "Mud, shovels & a spreadsheet": (Mark.SPONSORED,),
            "Who will teach the tanbur?": (Mark.OPINION,),
        }

        letters = by_address(outbox(settings))
        assert len(letters) == shares.owed == outcome.proof.accepted
        assert not [letter for letter in letters.values() if "orlov" in letter.to]  # the suppressed one
        shared_by_two = 0
        for address, letter in letters.items():
            assert_is_a_good_letter(letter, newsletter="morning-brief", domain="steppe-herald.example", sent_at=MORNING)
            story = runtime.ledger.story(frozen.id, address)
            assert story is not None
            assert story.state is DeliveryState.ACCEPTED
            said = squeezed(letter.text)
            for headline in story.sections:
                assert said.count(squeezed(headline)) == 1, "an article stands once in a letter, whoever wrote it"
            shared_by_two += any(headline.startswith("Gas has reached the north") for headline in story.sections)
        assert shared_by_two > 10  # two journalists signed it, and many follow both

    with open_runtime(settings, clock=StoppedClock(MORNING + timedelta(hours=1))) as runtime:
        again = await run(runtime, "morning-brief")
        assert isinstance(again.composed, IssueSkipped)
        assert len(outbox(settings)) == len(letters)
