import json
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from digest.web.atom import Entry, Feed, atom, json_feed
from tests.fakes import NOON

ATOM = "{http://www.w3.org/2005/Atom}"


@given(st.text(), st.text(), st.text())
def test_any_words_give_a_feed_that_can_be_read(name: str, title: str, tagline: str) -> None:
    about = Feed(path="/n/morning-brief", title=name, tagline=tagline, author=name)
    entries = [Entry(path="/i/morning-brief-1", title=title, summary=title, at=NOON)]
    feed = fromstring(atom(about, entries, public_url="https://digest.example.org"))
    assert [child.tag.removeprefix(ATOM) for child in feed][-1] == "entry"
    assert feed.findtext(f"{ATOM}entry/{ATOM}id") == "https://digest.example.org/i/morning-brief-1"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "https://digest.example.org/n/morning-brief/atom.xml"
    told = json_feed(about, entries, public_url="https://digest.example.org")
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == "https://digest.example.org/n/morning-brief/feed.json"
    assert [item["id"] for item in told["items"]] == ["https://digest.example.org/i/morning-brief-1"]
    assert json.loads(json.dumps(told)) == told
