"""What is pasted into a newsletter's file is read back as the same journalist."""

from hypothesis import given
from hypothesis import strategies as st

from digest.collect.journalist import FOLLOWED_KINDS, Journalist, Outlet, Selectors, Source, SourceKind
from digest.compose.newsletter_file import read_declaration
from digest.compose.newsletter_lines import journalist_lines, outlet_lines
from digest.ids import JournalistId

NEWSLETTER = """
[newsletter]
slug = "brief"
name = "Brief"
list = "brief"
sender = { name = "Brief", address = "brief@news.example", postal_address = "Almaty" }
"""

_words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="$"), min_size=1, max_size=30
)
_refs = _words.map("https://herald.example/{}".format)

_css = st.sampled_from(["li", 'a[href="x"]', "div.z > h3", "p:nth-child(2)"])
_selectors = st.builds(Selectors, card=_css, title=st.none() | _css, time=st.none() | _css, teaser=st.none() | _css)


def read_back(journalist: Journalist) -> Journalist:
    lines = [NEWSLETTER, *outlet_lines(journalist.outlet), "", *journalist_lines(journalist)]
    (read,) = read_declaration("brief.toml", "\n".join(lines).encode(), {}).journalists
    return read


def test_a_journalist_is_written_as_the_file_wants_it() -> None:
    journalist = Journalist(
        id=JournalistId("dana"),
        name="Dana “D” Serikova",
        outlet=Outlet(slug="herald", name="The Herald", url="https://herald.example/"),
        aliases=("Дана",),
        sources=(Source(kind=SourceKind.FEED, ref="https://herald.example/feed/", byline="Dana"),),
    )
    assert outlet_lines(journalist.outlet) == (
        "[[outlets]]",
        'slug = "herald"',
        'name = "The Herald"',
        'url = "https://herald.example/"',
        'language = "en"',
        'time_zone = "UTC"',
    )
    assert journalist_lines(journalist) == (
        "[[journalists]]",
        'slug = "dana"',
        'name = "Dana “D” Serikova"',
        'outlet = "herald"',
        'aliases = ["Дана"]',
        'sources = [{ kind = "feed", ref = "https://herald.example/feed/", byline = "Dana" }]',
    )
    assert read_back(journalist) == journalist


@given(
    st.builds(
        Journalist,
        id=st.just(JournalistId("dana")),
        name=_words,
        outlet=st.builds(Outlet, slug=st.just("herald"), name=_words, url=_refs),
        role=_words,
        bio=st.lists(_words, max_size=3).map("\n\n".join),
        avatar_url=st.none() | _refs,
        aliases=st.lists(_words, max_size=2).map(tuple),
        sources=st.lists(
            st.builds(Source, kind=st.sampled_from(FOLLOWED_KINDS), ref=_refs, byline=st.none() | _words)
            | st.builds(Source, kind=st.just(SourceKind.PAGE), ref=_refs, selectors=_selectors),
            min_size=1,
            max_size=2,
        ).map(tuple),
    )
)
def test_any_journalist_is_read_back_the_same(journalist: Journalist) -> None:
    assert read_back(journalist) == journalist
