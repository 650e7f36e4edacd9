"""``digest collect``: reading sources and banks, and trying one without keeping anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from digest.terminal.sample_newsroom import SampleNewsroom, serve
from tests.terminal.cli import LETTERS, MORNING, digest, dump

CAPTURE = str(newsletters_dir() / "sample" / "silk-road-post" / "aigerim-sadykova.txt")
#: A loopback port on which nothing ever listens: connections to port 9 are refused at once.
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleNewsroom]:
    """The sample newsroom being served, and its newsletter applied with its readers."""
    with serve() as served:
        monkeypatch.setenv("SAMPLE_NEWSROOM_URL", served.url)
        monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", "1")
        yield served


@pytest.mark.usefixtures("imported")
def test_everything_is_read_and_reported() -> None:
    said = digest("collect", "run", "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    assert "aigerim-sadykova" in said.out
    assert "2025-12-19, 2025-12-18" in said.out


@pytest.mark.usefixtures("imported")
def test_collecting_for_programs_once_and_again() -> None:
    first = digest("collect", "run", LETTERS, "--at", MORNING, "--json").json
    assert set(first) == {"journalists", "banks", "held", "to_tell"}
    (who,) = first["journalists"]
    (source,) = who["sources"]
    assert set(source) == {
        *("kind", "ref", "state", "found", "new", "revised", "credited", "warnings", "error", "error_name", "health"),
    }
    assert (who["journalist"], source["state"], source["new"]) == ("aigerim-sadykova", "new", 6)
    assert {bank["bank"] for bank in first["banks"]} == {"nbk", "nbkr", "nbt", "cbu", "cbt"}
    shelf = dump()["articles"]
    again = digest("collect", "run", LETTERS, "--at", MORNING, "--json").json
    assert again["journalists"][0]["sources"][0]["state"] == "unchanged"
    assert dump()["articles"] == shelf


def test_with_no_newsletter_there_is_nothing_to_read() -> None:
    said = digest("collect", "run")
    assert said.code == 0
    assert said.out == "Nothing to read yet. Add a newsletter: digest newsletters apply FILE.toml\n"
    assert digest("collect", "run", "--json").json == {"journalists": [], "banks": [], "held": [], "to_tell": []}


@pytest.mark.usefixtures("brief")
def test_a_source_that_answers_nothing_is_named_and_the_others_are_collected_and_sent(tmp_path: Path) -> None:
    sample = newsletters_dir() / "sample"
    toml = (sample / "morning-brief.toml").read_text(encoding="utf-8")
    broken = toml.replace("${SAMPLE_NEWSROOM_URL}/silk-road-post/people", f"{NOBODY}/people").replace(
        "${SAMPLE_NEWSROOM_URL}/banks/cbt/kurs", f"{NOBODY}/kurs"
    )
    (tmp_path / "brief.toml").write_text(broken, encoding="utf-8")
    assert digest("newsletters", "apply", "brief.toml").code == 0
    digest("audience", "import", str(sample / "readers.csv"), "--list", "morning")
    said = digest("run", "morning-brief", "--yes", "--at", MORNING)
    assert (said.code, said.err) == (1, "")
    assert f"{NOBODY}/people/gulnora-yusupova: the server does not take the connection." in " ".join(said.out.split())
    assert f"{NOBODY}/kurs" in said.out
    assert "morning-brief-1 balances: 41 readers" in said.out
    assert len(list((tmp_path / "var" / "outbox").glob("*.eml"))) > 20


@pytest.mark.usefixtures("applied")
def test_a_source_that_keeps_failing_is_told_once(tmp_path: Path) -> None:
    one = newsletters_dir() / "one-journalist.toml"
    toml = one.read_text(encoding="utf-8").replace('"sample/', f'"{newsletters_dir()}/sample/')
    (tmp_path / "one.toml").write_text(toml.replace("aigerim-sadykova.txt", "gone.txt"), encoding="utf-8")
    assert digest("newsletters", "apply", "one.toml").code == 0
    runs = [digest("collect", "run", LETTERS, "--at", f"2025-12-{day}T07:00+05:00") for day in (17, 18, 19, 20)]
    assert [run.code for run in runs] == [1, 1, 1, 1]
    assert ["Needs attention: aigerim-sadykova" in run.out for run in runs] == [False, False, True, False]
    assert "failed for the 3rd time since 17 Dec 2025; never good so far" in runs[2].out
    told = digest("collect", "run", LETTERS, "--at", "2025-12-21T07:00+05:00", "--json").json
    assert told["to_tell"] == []
    assert told["journalists"][0]["sources"][0]["health"]["consecutive_failures"] == 5


def test_a_failure_for_programs_names_source_and_error(brief: SampleNewsroom, tmp_path: Path) -> None:
    one = newsletters_dir() / "one-journalist.toml"
    toml = one.read_text(encoding="utf-8").replace('"sample/', f'"{newsletters_dir()}/sample/')
    more = f'\n[[journalists.sources]]\nkind = "page"\nref = "{NOBODY}/me"\n'
    more += '\n[[journalists.sources]]\nkind = "capture"\nref = "empty.txt"\n'
    more += f'\n[[journalists.sources]]\nkind = "capture"\nref = "{brief.url}/nothing/here"\n'
    (tmp_path / "three.toml").write_text(toml + more, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    digest("newsletters", "apply", "three.toml")
    said = digest("collect", "run", "--at", MORNING, "--json")
    assert said.code == 1
    sources = said.json["journalists"][0]["sources"]
    assert [(source["state"], source["new"], source["error_name"]) for source in sources] == [
        ("new", 6, None),
        ("failed", 0, "Unreachable"),
        ("failed", 0, "ParseError"),
        ("failed", 0, "BadAnswer"),
    ]


def test_a_private_address_is_refused_unless_it_is_allowed(
    brief: SampleNewsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"{brief.url}/silk-road-post/people/gulnora-yusupova"
    assert digest("collect", "try", page, "--json").json["kind"] == "page"
    monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", "0")
    digest("collect", "try", page).refused("private address 127.0.0.1", "DIGEST_FETCH_ALLOW_PRIVATE=1", code=1)


def test_trying_a_file_shows_what_it_yields_and_keeps_nothing(tmp_path: Path) -> None:
    said = digest("collect", "try", CAPTURE)
    assert (said.code, said.err) == (0, "")
    assert "capture, Aigerim Sadykova, Regional Reporter" in said.out
    assert list(tmp_path.iterdir()) == []


def test_trying_for_programs_has_the_shape_that_is_documented() -> None:
    said = digest("collect", "try", CAPTURE, "--now", MORNING, "--json").json
    assert set(said) == {"kind", "journalist", "page_date", "articles", "rates", "warnings"}
    assert set(said["journalist"]) == {"name", "role", "bio", "avatar_url", "outlet"}
    assert all(
        set(article)
        == {
            *("title", "url", "text", "authors", "published_at", "published_earliest", "published_latest"),
            *("precision", "truncated", "modified_at", "section", "image_url", "marks"),
        }
        for article in said["articles"]
    )
    assert (said["kind"], said["page_date"], len(said["articles"])) == ("capture", "2025-12-19", 6)


def test_the_rates_on_a_page_are_shown_exactly(tmp_path: Path) -> None:
    page = Path(CAPTURE).read_text(encoding="utf-8").replace("KZT/USD = 0.00195 0.52%", "KZT/USD = 0.001950 -0.10%")
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    said = digest("collect", "try", "page.txt", "--json").json
    assert [rate["currency"] for rate in said["rates"]] == ["KGS", "KZT", "TJS", "UZS", "TMT"]
    assert said["rates"][1] == {"currency": "KZT", "quote": "USD", "value": "0.001950", "change_percent": "-0.10"}
    assert "0.001950" in digest("collect", "try", "page.txt").out


def test_many_are_tried_and_each_says_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    said = digest("collect", "try", CAPTURE, "empty.txt", "nowhere.txt", "--json")
    assert [one.get("kind", one.get("error")) for one in said.lines] == ["capture", "ParseError", "NoSuchFile"]
    assert (said.code, said.err) == (2, "")
    assert digest("collect", "try", CAPTURE, CAPTURE, "--json").code == 0
    assert digest("collect", "try", "empty.txt", CAPTURE, "--json").code == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ("page.txt: it is empty",)),
        (b" \n\n ", ("page.txt: it is empty",)),
        (bytes(range(256)) * 4, ("page.txt", "binary")),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>", ("page.txt",)),
        (b"<html><body><p>Nothing to see.</p></body></html>", ("page.txt",)),
        (b"Just one line of a text that lists no article.", ("page.txt",)),
        (b"{}", ("page.txt",)),
    ],
    ids=["empty", "blank", "bytes", "pdf", "html", "text", "json"],
)
def test_what_is_no_source_is_one_sentence(tmp_path: Path, data: bytes, words: tuple[str, ...]) -> None:
    (tmp_path / "page.txt").write_bytes(data)
    digest("collect", "try", "page.txt").refused(*words, code=1)
    error = digest("collect", "try", "page.txt", "--json")
    assert (error.code, set(error.json)) == (1, {"error", "message", "advice"})


def test_an_empty_capture_says_so_whatever_kind_it_is_read_as(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(b"")
    for kind in ("capture", "feed", "page", "wordpress"):
        digest("collect", "try", "page.txt", "--kind", kind).refused("page.txt", code=1)


def test_what_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    digest("collect", "try", "nowhere.txt").refused("nowhere.txt: it does not exist.")
    digest("collect", "try", "file:///nowhere.txt").refused("does not exist")
    digest("collect", "try", str(tmp_path)).refused("it is a folder", code=1)
    digest("collect", "try", CAPTURE, "--now", "yesterday").refused("'yesterday' is no instant.")


def test_saved_article_pages_are_read_with_the_address_they_came_from(tmp_path: Path) -> None:
    html = "<link rel=canonical href='/rivers/?utm_source=x'><meta name=author content='Ann One'><h1>Rivers rise</h1>"
    (tmp_path / "one.html").write_text(f"<html>{html}<time>yesterday</time></html>", encoding="utf-8")
    read = ("collect", "try", "--kind", "article", "--url", "https://herald.example/2025/rivers", "--now", MORNING)
    (first, second) = digest(*read, "one.html", "one.html", "--json").lines
    assert first == second
    (article,) = first["articles"]
    assert (article["title"], article["authors"]) == ("Rivers rise", ["Ann One"])
    assert (article["url"], article["precision"]) == ("https://herald.example/rivers/", "relative")
    digest("collect", "try", "one.html", "--url", "herald").refused("'herald' is no web address.")


def test_an_unreachable_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", "1")
    digest("collect", "try", NOBODY).refused(f"{NOBODY}: the server does not take the connection.", code=1)
