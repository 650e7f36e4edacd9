"""Rendering the reference issues, and where their golden files are."""

from pathlib import Path

from digest.render.assembly import assemble, fill
from digest.render.rendition import Body
from digest.render.steps import seal
from digest.resources import templates_dir
from tests.golden.issues import Reference, references
from tests.golden.large import large_references
from tests.golden.notices import notice_references
from tests.golden.pseudo import TAG, pseudo_templates

EXPECTED = Path(__file__).parent / "expected"


def templates_of(reference: Reference) -> Path:
    """Return the folder of templates that a reference issue is rendered by."""
    return pseudo_templates() if reference.contents.locale == TAG else templates_dir()


def mail(reference: Reference) -> Body:
    """Seal a reference issue and assemble its reader's body."""
    sealed = seal(reference.frozen, templates=templates_of(reference))
    return fill(assemble(sealed.renditions[0], reference.contents), reference.slots)


def bodies() -> dict[str, Body]:
    """Render everything that has a golden file, by the file's name."""
    issues = {reference.name: mail(reference) for reference in (*references(), *large_references())}
    return issues | {reference.name: reference.body for reference in notice_references()}


def golden_text(body: Body) -> str:
    """Return what the ``.txt`` golden holds: the subject above the text part."""
    return f"Subject: {body.subject}\n\n{body.text}"
