"""Rendering an issue: one Jinja2 render and one inlining pass per locale and look, sealed by a hash of every byte."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from digest.compose.issue import Contents, Frozen
from digest.compose.snapshot import digest_of, to_json
from digest.ids import Sha256
from digest.render import assembly
from digest.render.desk import Desk
from digest.render.marks import word_for
from digest.render.rendition import Body, Rendition, Sealed, Slots
from digest.render.view import view_of
from digest.render.words import words_for


def seal(frozen: Frozen, *, templates: Path) -> Sealed:
    """Render a frozen issue in every locale of its newsletter and seal it: these are the bytes an editor approves.

    In each locale it is rendered in the newsletter's own look first, then in the others that the issue is frozen with.
    ``templates`` is the folder that holds ``email/`` and ``locale/``. The same issue and the same templates give the
    same bytes and the same hash, whenever and wherever.

    :raises RenderError: a template or a catalogue cannot be used; names the file.
    """
    snapshot = to_json(frozen)
    digest = digest_of(snapshot)
    mark = word_for(digest, snapshot)
    revision = template_revision(templates)
    renditions = tuple(
        _rendition(frozen, digest, locale, look, mark, templates)
        for locale in dict.fromkeys(frozen.newsletter.locales)
        for look in dict.fromkeys((frozen.newsletter.look, *frozen.looks))
    )
    return Sealed(
        frozen=frozen,
        snapshot=snapshot,
        template_revision=revision,
        renditions=renditions,
        hash=hash_of(snapshot, revision, renditions),
    )


def render_alone(frozen: Frozen, contents: Contents, slots: Slots, *, templates: Path) -> Body:
    """Render and inline one reader's body by itself, without segments: what assembling must be equal to."""
    words = words_for(contents.locale, templates)
    issue = view_of(frozen, digest_of(to_json(frozen)), words, contents.look)
    desk = Desk(templates=templates, words=words, issue=issue)
    body = desk.alone(contents, slots)
    return Body(subject=body.subject, html=assembly.guard_html(body.html), text=assembly.guard_text(body.text))


def hash_of(snapshot: str, revision: Sha256, renditions: tuple[Rendition, ...]) -> Sha256:
    """Return the SHA-256 over a snapshot, the template revision and every byte of every rendition."""
    return digest_of(
        json.dumps(
            [digest_of(snapshot), revision, [asdict(rendition) for rendition in renditions]],
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
    )


def template_revision(templates: Path) -> Sha256:
    """Return the SHA-256 over every template and catalogue that a digest mail is made of, by path and content."""
    total = hashlib.sha256()
    for folder in ("email/digest", "email/frame", "locale"):
        for path in sorted((templates / folder).rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                total.update(f"{path.relative_to(templates).as_posix()}\n{len(content)}\n".encode() + content)
    return Sha256(total.hexdigest())


def _rendition(frozen: Frozen, digest: Sha256, locale: str, look: str, mark: str, templates: Path) -> Rendition:
    words = words_for(locale, templates)
    desk = Desk(templates=templates, words=words, issue=view_of(frozen, digest, words, look))
    subject, html, text = desk.whole(mark)
    return Rendition(issue=frozen.id, locale=locale, look=look, mark=mark, subject=subject, html=html, text=text)
