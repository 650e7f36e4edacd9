from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.banks import BANKS
from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.collect.rates.rate import BankName
from digest.compose.newsletter import Declaration, Newsletter, RatesWanted, Selection, Sender, WhenEmpty
from digest.compose.newsletter_file import LOOKS, read_declaration
from digest.errors import BadNewsletterFile
from digest.ids import JournalistId, ListName, NewsletterId
from digest.render.steps import seal
from digest.resources import templates_dir
from tests.builders import a_frozen_issue, an_article

SMALL = """
[newsletter]
slug = "brief"
name = "Brief"
list = "morning"
sender = { name = "Brief", address = "brief@news.example.org", postal_address = "Abay 12, Almaty" }

[[outlets]]
slug = "herald"
name = "Herald"

[[journalists]]
slug = "dana"
name = "Dana"
outlet = "herald"
sources = [{ kind = "feed", ref = "https://herald.example.org/feed" }]
"""

WHOLE = '''
[newsletter]
slug = "morning-brief"
name = "The Morning Brief"
tagline = "What your journalists wrote"
list = "morning"
locales = ["en", "ru_KZ"]
look = "classic"
time_zone = "asia/almaty"

[newsletter.sender]
name = "The Morning Brief"
address = "Brief@News.Example.ORG"
postal_address = """
12 Abay Avenue
Almaty
"""
reply_to = "desk@example.org"

[selection]
per_journalist = 3
total = 9
max_age_days = 7
when_empty = "rates-only"

[rates]
base = "usd"
currencies = ["KZT", "uzs"]
[rates.banks]
nbk = "${MIRROR}/nbk"
cbu = ["banks/one.json", "${SAMPLE}/two.json"]

[[outlets]]
slug = "steppe-herald"
name = "The Steppe Herald"
url = "https://herald.example.org"
language = "kk"
time_zone = "Asia/Almaty"

[[journalists]]
slug = "dana-serikova"
name = "Dana Serikova"
outlet = "steppe-herald"
role = "Correspondent"
bio = "Writes."
avatar_url = "https://herald.example.org/dana.jpg"
aliases = ["Дана Серикова"]
sources = [
  { kind = "feed", ref = "${MIRROR}/feed.xml", byline = "Dana Serikova" },
  { kind = "capture", ref = "../pages/dana.txt" },
]

[[journalists]]
slug = "timur"
name = "Timur"
outlet = "steppe-herald"
[[journalists.sources]]
kind = "page"
ref = "/srv/pages/timur.html"
'''
ENVIRONMENT = {"MIRROR": "http://127.0.0.1:8000", "SAMPLE": "/srv/sample"}


def read(
    text: str, environment: Mapping[str, str] = ENVIRONMENT, path: str = "/newsroom/newsletters/brief.toml"
) -> Declaration:
    return read_declaration(path, text.encode(), environment)


def refused(text: str) -> BadNewsletterFile:
    with pytest.raises(BadNewsletterFile) as error:
        read(text)
    assert error.value.path == "/newsroom/newsletters/brief.toml"
    return error.value


def test_a_whole_file_is_read() -> None:
    declaration = read(WHOLE)
    outlet = Outlet(
        slug="steppe-herald",
        name="The Steppe Herald",
        url="https://herald.example.org",
        language="kk",
        time_zone="Asia/Almaty",
    )
    assert declaration.newsletter == Newsletter(
        id=NewsletterId("morning-brief"),
        name="The Morning Brief",
        list_name=ListName("morning"),
        sender=Sender(
            name="The Morning Brief",
            address="brief@news.example.org",
            postal_address="12 Abay Avenue\nAlmaty",
            reply_to="desk@example.org",
        ),
        tagline="What your journalists wrote",
        locales=("en", "ru-KZ"),
        look="classic",
        time_zone="Asia/Almaty",
        selection=Selection(per_journalist=3, total=9, max_age_days=7, when_empty=WhenEmpty.RATES_ONLY),
        rates=RatesWanted(
            currencies=("KZT", "UZS"),  # type: ignore[arg-type]
            banks={
                BankName.NBK: ("http://127.0.0.1:8000/nbk",),
                BankName.CBU: ("/newsroom/newsletters/banks/one.json", "/srv/sample/two.json"),
            },
        ),
        journalists=(JournalistId("dana-serikova"), JournalistId("timur")),
    )
    assert declaration.journalists == (
        Journalist(
            id=JournalistId("dana-serikova"),
            name="Dana Serikova",
            outlet=outlet,
            role="Correspondent",
            bio="Writes.",
            avatar_url="https://herald.example.org/dana.jpg",
            aliases=("Дана Серикова",),
            sources=(
                Source(kind=SourceKind.FEED, ref="http://127.0.0.1:8000/feed.xml", byline="Dana Serikova"),
                Source(kind=SourceKind.CAPTURE, ref="/newsroom/pages/dana.txt"),
            ),
        ),
        Journalist(
            id=JournalistId("timur"),
            name="Timur",
            outlet=outlet,
            sources=(Source(kind=SourceKind.PAGE, ref="/srv/pages/timur.html"),),
        ),
    )


def test_a_small_file_takes_every_default() -> None:
    newsletter = read(SMALL).newsletter
    assert (newsletter.tagline, newsletter.locales, newsletter.look, newsletter.time_zone) == (
        "",
        ("en",),
        "classic",
        "UTC",
    )
    assert (newsletter.selection, newsletter.rates) == (Selection(), RatesWanted())


def test_the_shortest_file_of_the_guide_is_read() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "newsletters.md").read_text(encoding="utf-8")
    shortest = guide.split("```toml\n")[1].split("```")[0]
    declaration = read(shortest)
    assert (declaration.newsletter.id, len(declaration.journalists)) == ("morning-brief", 1)


def test_the_guide_names_every_kind_bank_and_default() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "newsletters.md").read_text(encoding="utf-8")
    for word in (*SourceKind, *WhenEmpty):
        assert f'"{word}"' in guide
    for word in BANKS:
        assert f"`{word}`" in guide
    normal = Selection()
    for key in ("per_journalist", "total", "max_age_days"):
        assert f"| `{key}` | {getattr(normal, key)} |" in guide


def test_an_optional_text_may_be_empty() -> None:
    text = SMALL.replace('list = "morning"', 'list = "morning"\ntagline = ""').replace('"Dana"', '"Dana"\nbio = ""')
    assert read(text).newsletter.tagline == ""


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    data = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    assert read_declaration("brief.toml", data, {}) == read_declaration("brief.toml", SMALL.encode(), {})


def test_paths_begin_at_the_file_s_own_folder() -> None:
    text = SMALL.replace("https://herald.example.org/feed", "pages/dana.txt")
    (journalist,) = read(text, path="newsletters/brief.toml").journalists
    assert journalist.sources[0].ref == str(Path.cwd() / "newsletters" / "pages" / "dana.txt")


def test_a_look_must_be_one_that_we_have() -> None:
    text = SMALL.replace('list = "morning"', 'list = "morning"\nlook = "plain"')
    assert read_declaration("b.toml", text.encode(), {}, looks=("classic", "plain")).newsletter.look == "plain"
    assert refused(text).why.startswith("there is no look of that name; known: classic, brief")


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_that_can_be_chosen_can_be_rendered(look: str) -> None:
    declared = SMALL.replace('list = "morning"', f'list = "morning"\nlook = "{look}"')
    newsletter = read_declaration("b.toml", declared.encode(), {}).newsletter
    issue = a_frozen_issue(an_article(by="dana"), newsletter=newsletter)
    sealed = seal(issue, templates=templates_dir())
    assert {rendition.look for rendition in sealed.renditions} == {look}


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        # the newsletter
        ("[newsletter]", "[newsleter]", "newsletter", "this table is missing"),
        ('slug = "brief"', "", "line 2, newsletter.slug", "missing"),
        ('slug = "brief"', 'slug = "Brief!"', "line 3, newsletter.slug", "lower-case"),
        ('slug = "brief"', "slug = 7", "line 3, newsletter.slug", "a text in quotes"),
        ('name = "Brief"\n', 'name = "Brief\\r\\nBcc: x"\n', "line 4, newsletter.name", "one line"),
        ('name = "Brief"\n', 'name = " "\n', "line 4, newsletter.name", "one line"),
        ('list = "morning"', 'lists = "morning"', "line 2, newsletter.list", "missing"),
        ('list = "morning"', 'list = "morning"\nlok = "classic"', "line 6, newsletter.lok", "did you mean look"),
        ('list = "morning"', 'list = "morning"\nzzz = 1', "line 6, newsletter.zzz", "there is no such key"),
        ('list = "morning"', 'list = "morning"\nlocales = []', "line 6, newsletter.locales", "at least one"),
        ('list = "morning"', 'list = "morning"\nlocales = "en"', "line 6, newsletter.locales", "an array"),
        ('list = "morning"', 'list = "morning"\nlocales = ["en", 1]', "line 6, newsletter.locales[2]", "a text"),
        (
            'list = "morning"',
            'list = "morning"\nlocales = ["en", "xx"]',
            "line 6, newsletter.locales[2]",
            "no known locale",
        ),
        ('list = "morning"', 'list = "morning"\nlocales = ["en", "EN"]', "line 6, newsletter.locales[2]", "twice"),
        (
            'list = "morning"',
            'list = "morning"\ntime_zone = "Mars"',
            "line 6, newsletter.time_zone",
            "no known time zone",
        ),
        ("sender = {", "sendr = {", "line 2, newsletter.sender", "missing"),
        ("sender = {", 'sender = "me" #', "line 6, newsletter.sender", "a table"),
        ("brief@news.example.org", "brief", "line 6, newsletter.sender.address", "@-sign"),
        ('"Abay 12, Almaty"', '""', "line 6, newsletter.sender.postal_address", "1 to 4000"),
        ('"Abay 12, Almaty"', '"Abay\\u0007"', "line 6, newsletter.sender.postal_address", "control"),
        ("postal_address =", "postal =", "line 6, newsletter.sender.postal_address", "missing"),
        ("{ name =", "{ reply_to = 5, name =", "line 6, newsletter.sender.reply_to", "a text"),
        ("{ name =", "{ fax = 5, name =", "line 6, newsletter.sender.fax", "no such key"),
        # outlets and journalists
        ('slug = "herald"', 'slug = "herold"', "line 15, journalists[1].outlet", "did you mean herold"),
        ('name = "Herald"', 'name = "Herald"\nurl = "ftp://x"', "line 11, outlets[1].url", "http://"),
        ('name = "Herald"', 'name = "Herald"\nlanguage = "xx"', "line 11, outlets[1].language", "no known locale"),
        ('name = "Herald"', 'name = "Herald"\nzone = "UTC"', "line 11, outlets[1].zone", "no such key"),
        (
            'name = "Herald"',
            'name = "Herald"\n[[outlets]]\nslug = "herald"\nname = "H"',
            "line 11, outlets[2]",
            "twice",
        ),
        ("[[outlets]]", "[outlets]", "line 8, outlets", "an array of tables"),
        ("[[journalists]]", "[[journalist]]", "journalists", "at least one journalist"),
        ('slug = "dana"', 'slug = "all"', "line 13, journalists[1].slug", "every journalist"),
        ('name = "Dana"', 'name = "Dana"\navatar_url = "dana.jpg"', "line 15, journalists[1].avatar_url", "http://"),
        ('name = "Dana"', 'name = "Dana"\nbio = 5', "line 15, journalists[1].bio", "a text"),
        ('name = "Dana"', 'name = "Dana"\ntwitter = "x"', "line 15, journalists[1].twitter", "no such key"),
        ("sources = [{", "sources = [] # [{", "line 16, journalists[1].sources", "at least one source"),
        ("sources = [{", "source = [{", "line 16, journalists[1].source", "did you mean sources"),
        ("sources = [{", "sources = [5, {", "line 16, journalists[1].sources[1]", "a table"),
        ('kind = "feed"', 'kind = "article"', "line 16, journalists[1].sources[1].kind", "no source to follow"),
        ('kind = "feed"', 'kind = "fed"', "line 16, journalists[1].sources[1].kind", "did you mean feed"),
        (
            'kind = "feed"',
            'kind = "feed", bylin = "D"',
            "line 16, journalists[1].sources[1].bylin",
            "did you mean byline",
        ),
        (
            "https://herald.example.org/feed",
            "ftp://x/feed",
            "line 16, journalists[1].sources[1].ref",
            "ftp: cannot be read",
        ),
        (
            "https://herald.example.org/feed",
            "${NOWHERE}/f",
            "line 16, journalists[1].sources[1].ref",
            "NOWHERE is not set",
        ),
    ],
)
def test_what_means_nothing_is_refused_with_line_and_key(old: str, new: str, where: str, why: str) -> None:
    assert old in SMALL
    error = refused(SMALL.replace(old, new, 1))
    assert error.where == where
    assert why in error.why


@pytest.mark.parametrize(
    ("more", "where", "why"),
    [
        ("[selection]\ntotal = 0", "line 19, selection.total", "from 1 to 500"),
        ("[selection]\ntotal = true", "line 19, selection.total", "a whole number"),
        ("[selection]\nper_journalist = 1.5", "line 19, selection.per_journalist", "a whole number"),
        ('[selection]\nwhen_empty = "never"', "line 19, selection.when_empty", "skip, rates-only"),
        ("[selection]\nmax_age = 3", "line 19, selection.max_age", "did you mean max_age_days"),
        ('[rates]\nbase = "dollar"', "line 19, rates.base", "no known currency"),
        ('[rates]\ncurrencies = ["KZT", "XYZ"]', "line 19, rates.currencies[2]", "no known currency"),
        ('[rates]\ncurrencies = ["KZT", "kzt"]', "line 19, rates.currencies[2]", "twice"),
        ('[rates]\ncurrencies = ["USD"]', "line 19, rates.currencies[1]", "always 1"),
        ('[rates]\nbank = "x"', "line 19, rates.bank", "did you mean banks"),
        ('[rates.banks]\nnbkk = "x"', "line 19, rates.banks.nbkk", "did you mean nbk"),
        ("[rates.banks]\nnbk = []", "line 19, rates.banks.nbk", "at least one file"),
        ("[rates.banks]\nnbk = 5", "line 19, rates.banks.nbk", "a text"),
        ('[rates.banks]\nnbk = ["http://x", "y"]', "line 19, rates.banks.nbk", "one address"),
        ("[selektion]\n", "line 18, selektion", "did you mean selection"),
        (
            '[[journalists]]\nslug = "dana"\nname = "D"\noutlet = "herald"\nsources = [{kind="feed", ref="x"}]',
            "line 18, journalists[2]",
            "twice",
        ),
    ],
)
def test_what_more_means_nothing_is_refused_too(more: str, where: str, why: str) -> None:
    error = refused(f"{SMALL}\n{more}\n")
    assert error.where == where
    assert why in error.why


@pytest.mark.parametrize(
    ("data", "where", "why"),
    [
        (b"", "newsletter", "missing"),
        (b"a = 1\nb = \n", "line 2", "this is no TOML: invalid value"),
        (b'a = """\nx\n', "line 2", "this is no TOML"),
        (b"a = 1\na = 2\n", "line 2", "no TOML: cannot overwrite a value"),
        (b"a = 1\nb = '\xff'\n", "line 2", "not UTF-8"),
        (b"a = " + b"[" * 100_000, "somewhere in it", "no TOML"),
        (b"a = " + b"9" * 5_000, "somewhere in it", "no TOML"),
        (b"\x00\x01", "line 1", "no TOML"),
    ],
)
def test_what_is_no_toml_is_refused_with_the_line(data: bytes, where: str, why: str) -> None:
    with pytest.raises(BadNewsletterFile) as error:
        read_declaration("brief.toml", data, {})
    assert error.value.where == where
    assert why in error.value.why


def where_it_fails(data: bytes) -> str | None:
    try:
        read_declaration("brief.toml", data, ENVIRONMENT)
    except BadNewsletterFile as error:
        return error.where
    return None


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda data: SMALL.encode() + data))
def test_any_bytes_give_a_declaration_or_a_named_error(data: bytes) -> None:
    assert where_it_fails(data) != ""


@given(st.sampled_from(WHOLE.splitlines()), st.text(max_size=12))
def test_any_changed_line_gives_a_declaration_or_a_named_error(line: str, change: str) -> None:
    assert where_it_fails(WHOLE.replace(line, change, 1).encode(errors="replace")) != ""
