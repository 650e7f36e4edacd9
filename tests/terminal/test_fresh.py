"""``digest collect run --fresh``: asking a site all the same."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, MORNING, digest

FEED = b"""<rss version="2.0"><channel><title>Silk Road Post</title><item>
<title>Rivers rise in the north</title><link>https://post.example/rivers</link>
<guid>1</guid><pubDate>Thu, 18 Dec 2025 08:00:00 +0000</pubDate><description>The rivers rose.</description>
</item></channel></rss>"""


@dataclass
class Moods:
    """What a site answers, one answer after the other, the last one for ever; and what it was asked."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def times(self) -> tuple[int, int]:
        """How often robots.txt and the feed were asked for."""
        return self.asked.count("/robots.txt"), self.asked.count("/feed")


@pytest.fixture
def moods(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moods]:
    here = Moods()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            status, headers = (404, {}) if self.path == "/robots.txt" else here.answers[0]
            if self.path != "/robots.txt" and len(here.answers) > 1:
                here.answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if status == 200:
                self.wfile.write(FEED)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        here.url = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", "1")
        yield here
        server.shutdown()
        thread.join()


def follow(moods: Moods) -> None:
    """Let the newsletter's only journalist be read from the moody site."""
    toml = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    toml = toml.replace('"sample/', f'"{newsletters_dir()}/sample/')
    capture = f"{newsletters_dir()}/sample/silk-road-post/aigerim-sadykova.txt"
    assert capture in toml
    toml = toml.replace('kind = "capture"', 'kind = "feed"').replace(capture, f"{moods.url}/feed")
    Path("one.toml").write_text(toml, encoding="utf-8")
    assert digest("newsletters", "apply", "one.toml").code == 0


def collect(*options: str) -> dict[str, object]:
    """Collect and return what became of the only source."""
    report = digest("collect", "run", LETTERS, "--at", MORNING, "--json", *options).json
    source: dict[str, object] = report["journalists"][0]["sources"][0]
    return source


def test_a_site_that_wants_to_be_left_alone_is_asked_only_when_somebody_insists(moods: Moods) -> None:
    moods.answers = [(429, {"Retry-After": "3600"}), (200, {})]
    follow(moods)
    assert collect()["error_name"] == "BadAnswer"
    waiting = collect()
    assert (waiting["error_name"], waiting["state"]) == ("AskedToWait", "failed")
    assert "wait until" in str(waiting["error"])
    assert moods.times == (1, 1)
    assert collect("--fresh")["state"] == "new"
    assert moods.times == (2, 2)


def test_an_answer_that_holds_is_read_again_without_asking_unless_somebody_insists(moods: Moods) -> None:
    moods.answers = [(200, {"Cache-Control": "max-age=3600", "Content-Type": "application/rss+xml"})]
    follow(moods)
    assert [collect()["state"], collect()["state"]] == ["new", "unchanged"]
    assert moods.times == (1, 1)
    assert collect("--fresh")["state"] == "unchanged"
    assert moods.times == (2, 2)
