"""A newsroom of a few journalists whose feeds are files in a folder, written by the test day by day."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from digest.config import Settings
from digest.wiring import Runtime
from tests.whole_way.letters import outbox
from tests.whole_way.road import apply, take_in

NEWSLETTER = LIST = "the-daily"
WRITERS = ("ada", "ben", "cyd")
_HEADLINE = re.compile(r"\bStory-(\d+)\b")


@dataclass(frozen=True, slots=True)
class Story:
    """An article on some journalists' pages: its headline is ``Story-NUMBER``."""

    number: int
    at: datetime

    def as_item(self) -> dict[str, str]:
        return {
            "id": f"https://paper.example.org/{self.number}",
            "url": f"https://paper.example.org/{self.number}",
            "title": f"Story-{self.number}",
            "content_text": "It was a day like any other, and then it was not.",
            "date_published": self.at.isoformat(),
        }


@dataclass
class Press:
    """What the journalists' feeds show now, newest first, as files below ``folder``."""

    folder: Path
    writers: Sequence[str] = WRITERS
    pages: dict[str, list[Story]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pages |= {writer: [] for writer in self.writers}
        self.folder.mkdir(parents=True, exist_ok=True)
        for writer in self.writers:
            self._print(writer)

    def show(self, story: Story, *writers: str) -> Story:
        """Put a story on the pages of its writers."""
        for writer in writers:
            if story not in self.pages[writer]:
                self.pages[writer].append(story)
                self._print(writer)
        return story

    def _print(self, writer: str) -> None:
        items = [story.as_item() for story in sorted(self.pages[writer], key=lambda story: story.at, reverse=True)]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": writer, "items": items}
        (self.folder / f"{writer}.json").write_text(json.dumps(feed), "utf-8")

    def declare(self, runtime: Runtime) -> None:
        """Apply the newsletter of these journalists; it never leaves anything out but what is too old."""
        toml = self.folder / "newsletter.toml"
        toml.write_text(_newsletter(self.writers), "utf-8")
        apply(runtime, toml)


def _newsletter(writers: Sequence[str]) -> str:
    journalists = "".join(
        f"""
[[journalists]]
slug = "{writer}"
name = "{writer.title()} Writer"
outlet = "paper"
sources = [{{ kind = "feed", ref = "{writer}.json" }}]
"""
        for writer in writers
    )
    return f"""
[newsletter]
slug = "{NEWSLETTER}"
name = "The Daily"
list = "{LIST}"
sender = {{ name = "The Daily", address = "desk@paper.example.org", postal_address = "1 Abay Avenue, Almaty" }}

[selection]
per_journalist = 100
total = 500

[[outlets]]
slug = "paper"
name = "The Paper"
{journalists}"""


def address(reader: str) -> str:
    """Return a reader's address."""
    return f"{reader}@readers.example"


def sign_up(runtime: Runtime, follows: Mapping[str, Sequence[str]], *, from_start: bool = False) -> None:
    """Import readers, each with whom they follow (``*``: everyone)."""
    rows = [f"{address(reader)},{reader},{';'.join(whom)}" for reader, whom in follows.items()]
    report = take_in(runtime, "\n".join(["address,name,follows", *rows]), LIST, from_start=from_start)
    assert report.good == len(follows)


def stories_mailed(settings: Settings) -> Counter[tuple[str, int]]:
    """Count how often each story stands in each reader's mails, over all mails that were ever put into the outbox."""
    counted: Counter[tuple[str, int]] = Counter()
    for letter in outbox(settings):
        headlines = [line for line in letter.text.splitlines() if _HEADLINE.fullmatch(line)]
        counted.update((letter.to.partition("@")[0], int(line.removeprefix("Story-"))) for line in headlines)
    return counted


def a_day(start: datetime, number: int) -> datetime:
    """Return the ``number``-th day's instant."""
    return start + timedelta(days=number)
