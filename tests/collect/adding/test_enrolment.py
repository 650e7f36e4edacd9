from dataclasses import replace

import pytest

from digest.collect.adding.discovery import Proposal, Standing
from digest.collect.adding.enrolment import Discovery, enrolled, outlet_at
from digest.collect.journalist import Journalist, Outlet, Selectors, Source, SourceKind
from digest.collect.page import FoundJournalist
from digest.errors import NoWayToFollow, WrongUse
from digest.ids import JournalistId

FEED = Proposal(kind=SourceKind.FEED, ref="https://herald.example/d/feed", standing=Standing.GOOD, why="Good.")
EMPTY = Proposal(kind=SourceKind.PAGE, ref="https://herald.example/d", standing=Standing.SUSPECT, why="Empty.")
GONE = Proposal(kind=SourceKind.WORDPRESS, ref="https://herald.example/w", standing=Standing.DISMISSED, why="Gone.")
HERALD = Outlet(slug="herald", name="The Herald", url="https://herald.example/")
FOUND = Discovery(
    ref="https://herald.example/d",
    journalist=FoundJournalist(name="Dana Serikova", role="Editor"),
    name="Dana Serikova",
    aliases=("Дана Серикова",),
    slug="dana-serikova",
    outlet=HERALD,
    proposals=(FEED, EMPTY, GONE),
)


def on_roster(slug: str = "dana-serikova", name: str = "Dana Serikova", outlet: Outlet = HERALD) -> Journalist:
    source = Source(kind=SourceKind.PAGE, ref="https://herald.example/old")
    return Journalist(id=JournalistId(slug), name=name, outlet=outlet, bio="An editor's words.", sources=(source,))


def test_the_best_is_good_and_of_a_kind_it_may_be_suspect_but_never_dismissed() -> None:
    assert FOUND.best() == FOUND.chosen == FEED
    assert FOUND.best(SourceKind.PAGE) == EMPTY
    with pytest.raises(
        NoWayToFollow, match=r"by wordpress was found \(tried wordpress https://herald.example/w: Gone\)\."
    ):
        FOUND.best(SourceKind.WORDPRESS)
    with pytest.raises(NoWayToFollow) as caught:
        replace(FOUND, proposals=(EMPTY,)).best()
    assert caught.value.tried == ("page https://herald.example/d: Empty.",)


def test_programs_read_plain_values() -> None:
    told = FOUND.as_json()
    assert set(told) == {"ref", "journalist", "outlet", "proposals"}
    assert told["journalist"]["aliases"] == ["Дана Серикова"]
    assert [one["standing"] for one in told["proposals"]] == ["good", "suspect", "dismissed"]


def test_a_new_journalist_has_what_was_found() -> None:
    assert enrolled(FOUND, FEED, (), slug=None) == Journalist(
        id=JournalistId("dana-serikova"),
        name="Dana Serikova",
        outlet=HERALD,
        role="Editor",
        aliases=("Дана Серикова",),
        sources=(Source(kind=SourceKind.FEED, ref=FEED.ref),),
    )
    assert enrolled(FOUND, FEED, (), slug="ds").id == "ds"


def test_somebody_who_is_there_keeps_what_editors_wrote_and_gets_one_source_more() -> None:
    there = on_roster()
    after = enrolled(FOUND, FEED, [there], slug=None)
    assert after == replace(there, sources=(*there.sources, FEED.source))
    assert enrolled(FOUND, FEED, [after], slug=None) == after
    filtered = replace(FEED, byline="Dana Serikova")
    assert enrolled(FOUND, filtered, [after], slug=None) == after


def test_new_selectors_are_taken_over_and_none_leaves_them() -> None:
    page = replace(FEED, kind=SourceKind.PAGE, selectors=Selectors(card="li"))
    after = enrolled(FOUND, page, [on_roster()], slug=None)
    assert enrolled(FOUND, replace(page, selectors=None), [after], slug=None) == after
    changed = enrolled(FOUND, replace(page, selectors=Selectors(card="tr")), [after], slug=None)
    assert [source.selectors for source in changed.sources if source.ref == page.ref] == [Selectors(card="tr")]
    assert len(changed.sources) == len(after.sources)


def test_the_same_name_at_the_same_outlet_is_the_same_person_under_any_slug() -> None:
    there = on_roster(slug="dana")
    assert enrolled(FOUND, FEED, [there], slug=None).id == "dana"
    assert enrolled(FOUND, FEED, [there], slug="dana-serikova").sources == (FEED.source,)


def test_a_slug_of_somebody_else_is_refused() -> None:
    with pytest.raises(WrongUse, match="belongs to Timur Aliyev"):
        enrolled(FOUND, FEED, [on_roster(name="Timur Aliyev")], slug=None)


def test_a_namesake_at_another_outlet_is_for_the_editor_to_tell() -> None:
    there = on_roster(outlet=Outlet(slug="courier", name="Courier", url="https://courier.example/"))
    with pytest.raises(WrongUse, match="--slug dana-serikova"):
        enrolled(FOUND, FEED, [there], slug=None)
    assert len(enrolled(FOUND, FEED, [there], slug="dana-serikova").sources) == 2
    assert enrolled(FOUND, FEED, [there], slug="dana-of-the-herald").outlet == HERALD


@pytest.mark.parametrize("slug", ["", "all", "Dana", "дана"])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(WrongUse, match="can be nobody's slug"):
        enrolled(FOUND, FEED, (), slug=slug)


def test_a_known_outlet_keeps_its_own_words() -> None:
    known = replace(HERALD, time_zone="Asia/Almaty")
    others = [on_roster("timur-aliyev", "Timur Aliyev", known)]
    assert enrolled(FOUND, FEED, others, slug=None).outlet == known
    renamed = Outlet(slug="herald", name="Herald Media", url="https://www.herald.example/", time_zone="Asia/Almaty")
    assert enrolled(FOUND, FEED, [on_roster("t", "Timur Aliyev", renamed)], slug=None).outlet == renamed
    called = Outlet(slug="th", name="the herald", time_zone="Asia/Almaty")
    assert enrolled(FOUND, FEED, [on_roster("t", "Timur Aliyev", called)], slug=None).outlet == called
    nowhere = replace(FOUND, outlet=Outlet(slug="x", name="X"))
    assert enrolled(nowhere, FEED, [on_roster("t", "T A", Outlet(slug="y", name="Y"))], slug=None).outlet.slug == "x"


def test_outlets_at_an_address_without_a_name_are_told_apart_by_what_they_are_called() -> None:
    here = Outlet(slug="post", name="Post", url="http://127.0.0.1:8756/")
    found = replace(FOUND, outlet=Outlet(slug="courier", name="Courier", url="http://127.0.0.1:8756/"))
    assert enrolled(found, FEED, [on_roster("t", "Timur Aliyev", here)], slug=None).outlet.slug == "courier"


@pytest.mark.parametrize(
    ("named", "labels", "slug", "name"),
    [
        ("Silk Road Post", [], "silk-road-post", "Silk Road Post"),
        (None, [("Dana Serikova – The Herald", True)], "herald", "The Herald"),
        (None, [("The Herald", True)], "herald", "The Herald"),
        (None, [("Our people", False)], "herald-example", "herald.example"),
        (
            None,
            [("Posts by Dana Serikova", True), ("Dana Serikova, Author at The Herald", False)],
            *("herald", "The Herald"),
        ),
        (None, [("Dana Serikova | People | The Herald", False)], "herald", "The Herald"),
        (None, [("The Herald » Feed", True)], "herald", "The Herald"),
        ("时报", [], "herald-example", "时报"),
    ],
)
def test_the_outlet_is_named_by_the_page_by_a_title_or_by_its_host(
    named: str | None, labels: list[tuple[str, bool]], slug: str, name: str
) -> None:
    outlet = outlet_at("https://www.herald.example/d", named=named, labels=labels, name="Dana Serikova", language="")
    assert outlet == Outlet(slug=slug, name=name, url="https://www.herald.example/", language="en")


def test_an_editor_names_the_outlet() -> None:
    named = FOUND.at_outlet("The Steppe Post")
    assert named.outlet == Outlet(slug="steppe-post", name="The Steppe Post", url=HERALD.url)
    assert FOUND.at_outlet("时报").outlet.slug == HERALD.slug
    unknown = outlet_at("saved.txt", named=None, labels=[], name="Dana Serikova", language="")
    assert FOUND.has_outlet
    assert not replace(FOUND, outlet=unknown).has_outlet


def test_a_file_has_no_outlet_of_its_own() -> None:
    outlet = outlet_at("saved.txt", named=None, labels=[], name="Dana Serikova", language="ru")
    assert outlet == Outlet(slug="unknown-outlet", name="Unknown outlet", language="ru")
    assert outlet_at("saved.txt", named="时报", labels=[], name="D", language="").slug == "outlet"
