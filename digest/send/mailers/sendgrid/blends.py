"""Mails of different contents brought together under one dynamic template: what the template is told of each. Pure.

A template is trusted with a body only if it shows exactly that body: whatever it would not, is left to groups.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from digest.ids import Sha256
from digest.render.assembly import GUARD, Reach, own_filling
from digest.render.tidy import in_html, one_line
from digest.send.mail import Common, Mail
from digest.send.mailers.sendgrid.columns import Column, are_tidy, in_json
from digest.send.mailers.sendgrid.grouping import without_twins
from digest.send.mailers.sendgrid.handlebars import (
    HTML_GUARD,
    HTML_NAME,
    OWN_TOKEN,
    TEXT_GUARD,
    TEXT_NAME,
    Template,
    data_for,
)

#: Of what a template is told of one reader, in bytes; SendGrid's limit for substitutions, the strictest that is stated.
LARGEST_DATA: Final = 10_000
#: Beside the contents and the names: keys, token, guards.
_ROOM: Final = 400
#: So many bytes a character of a name may take, escaped for HTML and JSON, in both parts.
_PER_SIGN: Final = 16
#: What templates are told of so many bodies is kept at hand.
_KEPT: Final = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """Mails for one request, of any contents that the template shows. ``data`` is what it is told, mail by mail."""

    template_id: str
    mails: tuple[Mail, ...]
    data: Column

    def of(self, places: Sequence[int]) -> "Blend":
        """Return the same for some of the mails."""
        return Blend(
            template_id=self.template_id,
            mails=tuple(self.mails[place] for place in places),
            data=[self.data[place] for place in places],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A template as it is known to the provider."""

    id: str
    template: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a template is told of the contents of ``common``, and how many bytes that takes with a reader's own."""

    common: Common
    data: str
    size: int


class Blender:
    """The templates of one issue, and what they are told of its contents."""

    def __init__(self, served: Sequence[Served], told: Mapping[Sha256, tuple[int, bytes]]) -> None:
        """Use the templates ``served``; ``told`` has for the key of contents which of them shows them, and its data."""
        self._served = served
        self._told = told
        self._known: dict[int, _Known] = {}

    def blends(self, mails: Sequence[Mail], *, most: int) -> tuple[list[Blend], list[Mail]]:
        """Return the mails in blends of ``most`` at the most, no address twice in any; and those that fit into none."""
        by_template: dict[str, list[Mail]] = {}
        rest: list[Mail] = []
        for mail in mails:
            if self._size_of(mail) > LARGEST_DATA:
                rest.append(mail)
            else:
                by_template.setdefault(self._template_of(mail.common), []).append(mail)
        return [
            Blend(template_id=template, mails=some, data=list(self._data(some)))
            for template, alike in by_template.items()
            for some in without_twins(alike, most)
        ], rest

    def _size_of(self, mail: Mail) -> int:
        return self._know(mail.common).size + _PER_SIGN * len(mail.to_name)

    def _template_of(self, common: Common) -> str:
        return self._served[self._told[common.draft.key][0]].id

    def _know(self, common: Common) -> "_Known":
        known = self._known.get(id(common))
        if known is not None and known.common is common:
            return known
        which, data = self._told.get(common.draft.key, (0, b""))
        found = data_for(self._served[which].template, data, common.draft) if data else None
        size = LARGEST_DATA + 1 if found is None else len(found.encode("utf-8", "replace")) + _ROOM
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[id(common)] = known = _Known(common=common, data=found or "", size=size)
        return known

    def _data(self, mails: Sequence[Mail]) -> Iterator[str]:
        names = [mail.to_name for mail in mails]
        names = names if are_tidy(names) else [one_line(name) for name in names]
        shown = zip(mails, in_json(names), in_json([in_html(name) for name in names]), strict=True)
        for mail, name, html_name in shown:
            guards = _guards(mail)
            own = f'"{OWN_TOKEN}":"{mail.link_token}","{HTML_NAME}":"{html_name}","{TEXT_NAME}":"{name}"'
            yield f"{self._know(mail.common).data},{own},{guards}"


def _guards(mail: Mail) -> str:
    draft = mail.common.draft
    if min(draft.html_reach, draft.text_reach) is Reach.BEYOND:
        return f'"{HTML_GUARD}":"","{TEXT_GUARD}":""'
    filling = own_filling(draft, mail.to_name, mail.link_token)
    html, text = in_json([filling.html[GUARD], filling.text[GUARD]])
    return f'"{HTML_GUARD}":"{html}","{TEXT_GUARD}":"{text}"'
