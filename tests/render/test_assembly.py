from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.audience.appearance import LOOKS
from digest.collect.article import UNDATED, Precision, Published
from digest.compose.issue import Contents, Frozen, Missed, Note, Section
from digest.compose.looks import looks_to_render
from digest.errors import RenderError
from digest.ids import IssueId
from digest.render.assembly import assemble, fill, guard_html, guard_text, quoted_first
from digest.render.marks import slot
from digest.render.plain import WIDTH, columns
from digest.render.rendition import Body, Part, Sealed, Slots
from digest.render.steps import render_alone, seal
from digest.resources import templates_dir
from tests.builders import (
    a_contents,
    a_former,
    a_frozen_issue,
    a_journalist,
    a_newsletter,
    a_section,
    a_snapshot,
    an_article,
)
from tests.fakes import NOON

TEMPLATES = templates_dir()
SLOTS = Slots(
    name="Aliya",
    unsubscribe_url="https://digest.example.org/u/token",
    preferences_url="https://digest.example.org/r/token",
    browser_url="https://digest.example.org/i/issue",
    web_url="https://digest.example.org/i/issue",
)
#: Behind UTC by half an hour more, an hour before its clock is changed, beyond the date line, and without a city.
ZONES = ("America/St_Johns", "Europe/Lisbon", "Pacific/Kiritimati", "Etc/GMT+12")
A_DAY = Published(earliest=NOON - timedelta(days=1), latest=NOON, precision=Precision.DAY)
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</style></title><!-- --> -->",
            "{{ 7 * 7 }} {% raw %} {# #}",
            "-name- %name% <%body%> [unsubscribe] %(count)d",
            "bd00000000000000000000.name. bd00000000000000000000[foot]",
            "&amp; &lt;b&gt; &nbsp; &#x1F600; \u00a0 😀👩‍👩‍👧",
            "\u202eمرحبا\u202c \u200fעברית\u200f",
            "no end " * 60,
            "x" * 200,
            "a\r\nBcc: b@example.org\x00\x0b\x1b[31m",
            "",
        ]
    ),
)


@st.composite
def issues(draw: st.DrawFn) -> tuple[Frozen, Contents, Slots]:
    """A frozen issue of up to three journalists with hostile texts, one reader's contents of it, and their slots."""
    names = ["dana-serikova", "timur-aliyev", "farrukh-nazarov"][: draw(st.integers(1, 3))]
    journalists = [
        a_journalist(
            slug,
            name=draw(HOSTILE),
            role=draw(HOSTILE),
            avatar_url=draw(st.sampled_from([None, "https://a.example.org/a b.jpg?x=1&y=é"])),
        )
        for slug in names
    ]
    articles = [
        an_article(
            position,
            by=draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)),
            title=draw(HOSTILE),
            text=draw(HOSTILE) + draw(st.sampled_from(["", ". " + "Word " * 200])),
            url=draw(st.sampled_from(["", None, "javascript:x", 'https://a.example.org/"><b>?q=é&x=[1]'])),
            language=draw(st.sampled_from(["en", "ru", "ar"])),
            when=draw(st.sampled_from([None, UNDATED, A_DAY])),
        )
        for position in range(1, draw(st.integers(1, 4)) + 1)
    ]
    newsletter = a_newsletter(
        name=draw(HOSTILE),
        tagline=draw(HOSTILE),
        journalists=names,
        locales=[draw(st.sampled_from(["en", "ru", "ar"]))],
        look=draw(st.sampled_from(LOOKS)),
    )
    looks = looks_to_render(newsletter.look, draw(st.sets(st.sampled_from(LOOKS))))
    rates = draw(st.sampled_from([a_snapshot(), replace(a_snapshot(), rates=())]))
    zones = draw(st.lists(st.sampled_from(ZONES), max_size=3, unique=True))
    note = draw(st.none() | st.builds(Note, text=HOSTILE, signed=HOSTILE))
    corrects = draw(st.sampled_from([None, "morning-brief-0"]))
    former = [a_former(days=days) for days in draw(st.lists(st.integers(1, 400), max_size=3, unique=True))]
    frozen = a_frozen_issue(
        *articles,
        newsletter=newsletter,
        journalists=journalists,
        rates=rates,
        note=note,
        corrects=corrects,
        zones=zones,
        looks=looks,
        former=former,
    )
    sections = []
    for slug in names:
        theirs = [a.position for a in articles if slug in {byline.journalist for byline in a.bylines}]
        picked = [position for position in theirs if draw(st.booleans())]
        left_out = draw(st.integers(0, len(theirs) - len(picked)))
        if picked or left_out:
            sections.append(a_section(slug, picked, left_out=left_out))
    contents = replace(
        a_contents(),
        locale=newsletter.locales[0],
        look=draw(st.sampled_from([newsletter.look, *looks])),
        text_only=draw(st.booleans()),
        sections=tuple(sections),
        zone=draw(st.sampled_from(["", *zones])),
        since=draw(st.sampled_from([None, *(one.on for one in former if corrects is None)])),
    )
    missed = [Missed(on=one.on, positions=contents.positions[at::4]) for at, one in enumerate(former)]
    contents = replace(contents, missed=draw(st.sampled_from([(), tuple(missed)])))
    slots = Slots(
        name=draw(HOSTILE),
        unsubscribe_url=draw(st.sampled_from(["https://d.example.org/u/t", 'https://d.example.org/u?a=1&b="é<>'])),
        preferences_url="https://d.example.org/r/t",
        browser_url=draw(st.sampled_from(["https://d.example.org/i/1/ab.cd", 'https://d.example.org/i/1?"<>&'])),
        web_url="https://d.example.org/i/1",
    )
    return frozen, contents, slots


@given(issues())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_assembled_body_equals_the_body_rendered_and_inlined_by_itself(
    drawn: tuple[Frozen, Contents, Slots],
) -> None:
    frozen, contents, slots = drawn
    sealed = seal(frozen, templates=TEMPLATES)
    (rendition,) = (one for one in sealed.renditions if one.look == contents.look)
    assembled = fill(assemble(rendition, contents), slots)
    assert assembled == render_alone(frozen, contents, slots, templates=TEMPLATES)
    assert (assembled.html == "") == contents.text_only
    assert rendition.mark not in assembled.html + assembled.text + assembled.subject


@pytest.fixture(scope="module")
def sealed() -> Sealed:
    articles = [an_article(position, title=f"Headline {position}") for position in (1, 2)]
    other = an_article(3, by="timur-aliyev", title="Headline 3")
    names = ("dana-serikova", "timur-aliyev")
    return seal(
        a_frozen_issue(
            *articles,
            other,
            newsletter=a_newsletter(journalists=names, locales=["en"]),
            journalists=[a_journalist(name) for name in names],
        ),
        templates=TEMPLATES,
    )


def body_of(sealed: Sealed, *sections: Section, slots: Slots = SLOTS) -> Body:
    return fill(assemble(sealed.renditions[0], replace(a_contents(), sections=sections)), slots)


def test_the_subject_has_the_readers_own_top_headline(sealed: Sealed) -> None:
    assert body_of(sealed, a_section(positions=(2,))).subject == "The Morning Brief: Headline 2"
    assert body_of(sealed).subject == "The Morning Brief: What one dollar buys"


def test_the_first_line_quotes_one_headline_of_each_journalist_first(sealed: Sealed) -> None:
    sections = a_section(positions=(1, 2)), a_section("timur-aliyev", (3,))
    assert quoted_first(replace(a_contents(), sections=sections)) == (1, 3, 2)
    first = body_of(sealed, *sections).html.partition("</td>")[0]
    assert first.endswith("<span>Headline 1</span>; <span>Headline 3</span>; <span>Headline 2</span>")


def test_what_a_cap_left_out_is_counted(sealed: Sealed) -> None:
    body = body_of(sealed, a_section(positions=(1,), left_out=1))
    for part in (body.html, body.text):
        assert "2 new" in part
        assert "1 more from Dana Serikova" in part
    assert "more from" not in body_of(sealed, a_section(positions=(1, 2))).html


def test_rates_alone_say_that_nothing_is_new(sealed: Sealed) -> None:
    body = body_of(sealed)
    for part in (body.html, body.text):
        assert "Nobody you follow has published anything since your last issue." in part
    assert ": What one dollar buys</td>" in body.html


def test_a_reader_without_a_name_is_not_addressed(sealed: Sealed) -> None:
    body = body_of(sealed, a_section(), slots=replace(SLOTS, name=" \u202e "))
    assert "For " not in body.html.partition("You get this")[0][-30:]
    assert "For Aliya. You get this" in body_of(sealed, a_section()).html


def test_contents_of_another_issue_are_refused(sealed: Sealed) -> None:
    with pytest.raises(RenderError, match="no block 'section/nobody'"):
        body_of(sealed, a_section("nobody"))
    with pytest.raises(RenderError, match="no block 'subject/9'"):
        body_of(sealed, a_section(positions=(9,)))


def test_a_part_with_accents_is_never_taken_for_latin_1() -> None:
    assert guard_html("<p>é</p>") == "<p>é</p><!-- ’ -->\n"
    assert guard_text("é") == "é\u200c\n"
    for part in ("plain", "ё", "é ’"):
        assert guard_html(part) == guard_text(part) == part


def test_the_parts_name_the_issue_and_the_short_hash_of_its_snapshot(sealed: Sealed) -> None:
    body = body_of(sealed, a_section())
    assert sealed.frozen.id == IssueId("morning-brief-1")
    for part in (body.html, body.text):
        assert "Issue morning-brief-1, seal " in part


def test_each_reader_reads_times_in_the_zone_of_their_contents() -> None:
    frozen = a_frozen_issue(an_article(at=NOON), zones=["America/New_York"], newsletter=a_newsletter(locales=["en"]))
    rendition = seal(frozen, templates=TEMPLATES).renditions[0]
    here = fill(assemble(rendition, a_contents()), SLOTS)
    there = fill(assemble(rendition, a_contents(zone="America/New_York")), SLOTS)
    for part in (here.html, here.text):
        assert "19 December, 17:00" in part.replace("\u00a0", " ")
        assert "Times are those of Almaty (UTC+5)." in part
    for part in (there.html, there.text):
        assert "19 December, 07:00" in part.replace("\u00a0", " ")
        assert "Times are those of New York (UTC−5)." in part


def test_a_zone_that_was_not_rendered_is_refused() -> None:
    rendition = seal(a_frozen_issue(), templates=TEMPLATES).renditions[0]
    with pytest.raises(RenderError, match=r"has no block 'when/dana-serikova/1/Asia/Tokyo'"):
        assemble(rendition, a_contents(zone="Asia/Tokyo"))


def test_an_issue_of_before_there_were_zones_is_assembled_as_it_was_sealed() -> None:
    rendition = seal(a_frozen_issue(), templates=TEMPLATES).renditions[0]
    when, zone = slot(rendition.mark, "when"), slot(rendition.mark, "zone")

    def older(part: Part) -> Part:
        there = {name: text for name, text in part.segments.items() if not name.startswith(("when/", "zone"))}
        return Part(
            segments={name: text.replace(when, "at nine").replace(zone, "Ours") for name, text in there.items()}
        )

    body = fill(
        assemble(replace(rendition, html=older(rendition.html), text=older(rendition.text)), a_contents()), SLOTS
    )
    assert "at nine" in body.html
    assert "Ours" in body.text


def test_the_line_below_an_article_is_wrapped_with_the_time_that_it_has() -> None:
    writers = tuple(f"Correspondent Number-{number}" for number in range(3))
    frozen = a_frozen_issue(replace(an_article(at=NOON), authors=writers), zones=["Pacific/Kiritimati"])
    rendition = seal(frozen, templates=TEMPLATES).renditions[0]
    for zone in ("", "Pacific/Kiritimati"):
        text = fill(assemble(rendition, a_contents(zone=zone)), SLOTS).text
        assert max(columns(line) for line in text.splitlines() if "http" not in line) <= WIDTH


def test_what_a_former_issue_failed_to_bring_says_so_and_nothing_else_does() -> None:
    former = a_former()
    frozen = a_frozen_issue(an_article(1), an_article(2), former=[former])
    rendition = seal(frozen, templates=TEMPLATES).renditions[0]
    sections = (a_section(positions=(1, 2)),)
    missed = [Missed(on=former.on, positions=sections[0].positions[1:])]
    said = "From the issue of 18 December, which did not reach you"
    reached = fill(assemble(rendition, a_contents(*sections, since=former.on)), SLOTS)
    failed = fill(assemble(rendition, a_contents(*sections, missed=missed)), SLOTS)
    for part in (reached.html, reached.text):
        assert said not in part
        assert "That is all since the issue of 18 December." in part
    for part in (failed.html, failed.text):
        assert part.count(said) == 1
        assert part.index("Article 2") < part.index(said)
        assert "That is all for Friday, 19 December." in part


def test_of_whom_a_cap_left_only_the_count_is_told_at_the_end(sealed: Sealed) -> None:
    counted, printed = a_section(positions=(), left_out=2), a_section("timur-aliyev", (3,))
    body = body_of(sealed, counted, printed)
    for part in (body.html, body.text):
        assert part.index("Headline 3") < part.casefold().index("also new") < part.index("2 more from Dana Serikova")
    older = replace(sealed.renditions[0].html, segments=dict(sealed.renditions[0].html.segments))
    for name in [name for name in older.segments if name.startswith("other")]:
        del older.segments[name]  # type: ignore[attr-defined]
    as_before = fill(assemble(replace(sealed.renditions[0], html=older), a_contents(counted, printed)), SLOTS).html
    assert as_before.index("2 more from Dana Serikova") < as_before.rindex("Headline 3")
    assert "Also new" not in as_before
