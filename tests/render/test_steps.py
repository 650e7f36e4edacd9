import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from digest.collect.article import Mark
from digest.compose.newsletter import Theme
from digest.compose.snapshot import digest_of, from_json, to_json
from digest.errors import RenderError
from digest.render.assembly import assemble, fill
from digest.render.rendition import Slots
from digest.render.steps import hash_of, render_alone, seal, template_revision
from digest.render.theme import theme_view
from digest.resources import templates_dir
from tests.builders import a_contents, a_frozen_issue, a_newsletter, an_article

SLOTS = Slots(name="", unsubscribe_url="https://d.example.org/u", preferences_url="", browser_url="", web_url="")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return shutil.copytree(templates_dir(), tmp_path / "templates")


def test_the_same_issue_gives_the_same_bytes_and_the_same_hash() -> None:
    frozen = a_frozen_issue()
    assert seal(frozen, templates=templates_dir()) == seal(frozen, templates=templates_dir())


def test_a_snapshot_sealed_before_articles_had_marks_still_verifies_and_renders() -> None:
    frozen = a_frozen_issue(an_article())
    plain = json.loads(to_json(frozen))
    for article in plain["articles"]:
        for name in ("modified_at", "section", "image_url", "marks", "copy_of"):
            del article[name]
    older = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    new = seal(frozen, templates=templates_dir())
    hash_ = hash_of(older, new.template_revision, new.renditions)
    sealed = replace(new, snapshot=older, frozen=from_json(older), hash=hash_)
    assert sealed.frozen == frozen
    assert hash_of(sealed.snapshot, sealed.template_revision, sealed.renditions) == sealed.hash != new.hash
    again = render_alone(sealed.frozen, a_contents(), SLOTS, templates=templates_dir())
    assert again == fill(assemble(sealed.renditions[0], a_contents()), SLOTS)


def test_marks_stand_in_both_parts_with_what_is_said_quietly_or_without() -> None:
    marked = replace(an_article(), marks=(Mark.PAYWALL, Mark.OPINION))
    bare = replace(an_article(text="", at=None), marks=(Mark.SPONSORED,))
    one = render_alone(a_frozen_issue(marked), a_contents(), SLOTS, templates=templates_dir())
    other = render_alone(a_frozen_issue(bare), a_contents(), SLOTS, templates=templates_dir())
    assert re.search(r"<b>subscribers\xa0only</b> · <b>opinion</b> · 19\b", one.html)
    assert "subscribers only · opinion · 19" in one.text
    assert "<b>sponsored</b></p>" in other.html
    assert "\nsponsored\n" in other.text


def test_a_rendition_is_made_for_every_locale_once() -> None:
    sealed = seal(a_frozen_issue(newsletter=a_newsletter(locales=["en", "ru", "en"])), templates=templates_dir())
    assert [rendition.locale for rendition in sealed.renditions] == ["en", "ru"]
    assert {rendition.look for rendition in sealed.renditions} == {"classic"}


def test_an_issue_is_rendered_in_the_looks_that_it_is_frozen_with_its_own_first() -> None:
    sealed = seal(a_frozen_issue(looks=("brief",)), templates=templates_dir())
    assert [(one.locale, one.look) for one in sealed.renditions] == [
        ("en", "classic"),
        ("en", "brief"),
        ("ru", "classic"),
        ("ru", "brief"),
    ]
    classic, brief = (fill(assemble(one, a_contents(look=one.look)), SLOTS) for one in sealed.renditions[:2])
    assert classic.html != brief.html
    assert classic.subject == brief.subject
    plain = seal(a_frozen_issue(newsletter=a_newsletter(look="brief")), templates=templates_dir())
    assert seal(a_frozen_issue(), templates=templates_dir()).hash != sealed.hash != plain.hash


def test_the_hash_covers_snapshot_templates_and_every_byte_of_every_rendition(templates: Path) -> None:
    frozen = a_frozen_issue()
    sealed = seal(frozen, templates=templates)
    assert sealed.snapshot == to_json(frozen)
    assert sealed.hash == hash_of(sealed.snapshot, sealed.template_revision, sealed.renditions)
    assert seal(a_frozen_issue(an_article(title="Other")), templates=templates).hash != sealed.hash
    assert hash_of(sealed.snapshot, sealed.template_revision, sealed.renditions[:1]) != sealed.hash
    one = replace(sealed.renditions[0], look="other")
    assert hash_of(sealed.snapshot, sealed.template_revision, (one, *sealed.renditions[1:])) != sealed.hash


def test_a_changed_template_or_catalogue_is_another_revision(templates: Path) -> None:
    before = template_revision(templates)
    assert before == template_revision(templates_dir())
    with (templates / "locale" / "ru" / "messages.po").open("a") as file:
        file.write("\n")
    between = template_revision(templates)
    (templates / "email" / "frame" / "dark.css.j2").rename(templates / "email" / "frame" / "night.css.j2")
    assert len({before, between, template_revision(templates)}) == 3


def test_the_footer_has_the_snapshots_short_hash() -> None:
    frozen = a_frozen_issue()
    short = digest_of(to_json(frozen))[:12]
    assert short == hashlib.sha256(to_json(frozen).encode()).hexdigest()[:12]
    body = fill(assemble(seal(frozen, templates=templates_dir()).renditions[0], a_contents()), SLOTS)
    assert short in body.html
    assert short in body.text


def test_css_is_inlined_and_the_other_blocks_are_kept_small_and_whole() -> None:
    body = render_alone(a_frozen_issue(), a_contents(), SLOTS, templates=templates_dir())
    kept = re.findall(r"<style>\n(.*?)\n\n?</style>", body.html, re.DOTALL)
    folder = templates_dir() / "email" / "frame"
    theme = {"frame": {"theme": theme_view(Theme(), "classic")}, "start": "left"}
    sources = [(folder / name).read_text() for name in ("screen.css.j2", "dark.css.j2")]
    assert kept == [jinja2.Template(source).render(theme).rstrip() for source in sources]
    assert sum(len((folder / name).read_bytes()) for name in ("screen.css.j2", "dark.css.j2", "inline.css.j2")) < 8192
    assert "!important" not in "".join(re.findall(r"""style=(?:"[^"]*"|'[^']*')""", body.html))
    assert len(set(re.findall(r"""style=("[^"]*"|'[^']*')""", body.html))) <= 22


def test_the_charset_stands_in_the_first_kilobyte() -> None:
    body = render_alone(a_frozen_issue(), a_contents(), SLOTS, templates=templates_dir())
    assert body.html.encode().index(b'<meta charset="utf-8">') < 1000


def test_a_look_nobody_knows_is_named() -> None:
    with pytest.raises(RenderError, match="no look called 'loud'"):
        seal(a_frozen_issue(newsletter=a_newsletter(look="loud")), templates=templates_dir())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{{ issue.nonsense }}", r"body.txt.j2: .*nonsense"),
        ("\n{% if %}", r"body.txt.j2, line 2: "),
        ("{% include 'email/digest/gone.txt' %}", "no template email/digest/gone.txt"),
    ],
)
def test_a_broken_template_is_named(templates: Path, content: str, message: str) -> None:
    (templates / "email" / "digest" / "body.txt.j2").write_text(content)
    with pytest.raises(RenderError, match=message):
        seal(a_frozen_issue(), templates=templates)
