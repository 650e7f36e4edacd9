"""Mails with one body brought together, and what differs among them turned into substitutions. Pure.

Whatever can be said once for a group is said once: a million readers pay for the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from digest.render.assembly import GUARD, TOKEN, Draft, Reach, own_filling
from digest.render.marks import Pieces, fill_in
from digest.render.tidy import in_html, one_line
from digest.send.mail import Mail
from digest.send.mailers.sendgrid.addresses import all_folded
from digest.send.mailers.sendgrid.columns import Column, are_tidy

#: As many bodies with their tags are kept at hand.
_KEPT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One body for many readers. ``columns`` has each mail's own substitution by its tag, in the mails' order."""

    mails: tuple[Mail, ...]
    html: str
    text: str
    columns: Mapping[str, Column]

    @property
    def values(self) -> tuple[Mapping[str, str], ...]:
        """Each mail's own substitutions, tag by tag."""
        return tuple({tag: column[place] for tag, column in self.columns.items()} for place in range(len(self.mails)))


def groups(mails: Sequence[Mail], *, most: int) -> Iterator[tuple[Mail, ...]]:
    """Yield the mails in groups of one body and one sender, ``most`` at the most, no address twice in any of them.

    Whether two addresses are one is judged as the provider does.

    :raises ValueError: one of the addresses cannot be written.
    """
    if len(set(map(id, [mail.common for mail in mails]))) == 1:
        yield from without_twins(mails, most)
        return
    alike: dict[int, list[Mail]] = {}
    for mail in mails:
        alike.setdefault(id(mail.common), []).append(mail)
    kinds: dict[tuple[str, str, str, str | None], list[Mail]] = {}
    for some in alike.values():
        common = some[0].common
        kinds.setdefault((common.draft.key, common.from_name, common.from_address, common.reply_to), []).extend(some)
    for of_one_kind in kinds.values():
        yield from without_twins(of_one_kind, most)


def without_twins(mails: Sequence[Mail], most: int) -> Iterator[tuple[Mail, ...]]:
    """Yield the mails, whose addresses can be written, ``most`` at a time, and no address twice at a time."""
    addresses = all_folded([mail.to_address for mail in mails])
    if len(set(addresses)) == len(mails):
        for start in range(0, len(mails), most):
            yield tuple(mails[start : start + most])
        return
    open_groups: list[dict[str, Mail]] = []
    for address, mail in zip(addresses, mails, strict=True):
        free = next((group for group in open_groups if len(group) < most and address not in group), None)
        if free is None:
            open_groups.append({address: mail})
        else:
            free[address] = mail
    for group in open_groups:
        yield tuple(group.values())


def pattern(mails: Sequence[Mail]) -> Pattern:
    """Return the body that mails of one draft share.

    A reader's token and name become tags, and what surrounds them is part of the body; where somebody has no name, the
    whole greeting is a substitution. What is alike for everybody is filled in. Tags are spelled with a word that occurs
    nowhere in the body or in the values.
    """
    draft = mails[0].draft
    names = [mail.to_name for mail in mails]
    html, text = _slots(
        draft, names if are_tidy(names) else [one_line(name) for name in names], [mail.link_token for mail in mails]
    )
    if draft.is_text_only:
        html = {}
    columns = {id(slot.column): slot.column for slot in (*html.values(), *text.values()) if not slot.is_alike}
    word = _word(draft, ["\n".join(column) for column in columns.values()])
    tags = {key: f"-{word}{place}-" for place, key in enumerate(columns)}
    return Pattern(
        mails=tuple(mails),
        html=_body(draft.html, tuple((name, slot.said(tags)) for name, slot in html.items())),
        text=_body(draft.text, tuple((name, slot.said(tags)) for name, slot in text.items())),
        columns={tags[key]: column for key, column in columns.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """What mails have in a slot: one value of ``column`` for each of them, with ``around`` it what all have."""

    column: Column
    around: Pieces = ("", "name", "")

    @property
    def is_alike(self) -> bool:
        return self.column.count(self.column[0]) == len(self.column)

    def said(self, tags: Mapping[int, str]) -> str:
        return fill_in(self.around, {"name": tags.get(id(self.column), self.column[0])})


def _slots(draft: Draft, names: Column, tokens: Column) -> tuple[dict[str, _Slot], dict[str, _Slot]]:
    """Return what stands in the slots of both parts; slots with one column share the very object."""
    token = _Slot(column=tokens)
    html, text = {TOKEN: token}, {TOKEN: token}
    in_text = "\n".join(names)
    if all(names):
        escaped = names if in_html(in_text) == in_text else [in_html(name) for name in names]
        html["to"] = _Slot(column=escaped, around=draft.to_html)
        text["to"] = _Slot(column=names, around=draft.to_text)
    else:
        html["to"] = _Slot(column=[fill_in(draft.to_html, {"name": in_html(name)}) if name else "" for name in names])
        text["to"] = _Slot(column=[fill_in(draft.to_text, {"name": name}) if name else "" for name in names])
    if min(draft.html_reach, draft.text_reach) is Reach.BEYOND:
        html[GUARD] = text[GUARD] = _Slot(column=("",))
        return html, text
    some = 1 if all(names) and in_text.isascii() else len(names)  # a name beyond ASCII may settle the charset
    fillings = [own_filling(draft, name, token) for name, token in zip(names[:some], tokens, strict=False)]
    html[GUARD] = _Slot(column=[one.html[GUARD] for one in fillings])
    text[GUARD] = _Slot(column=[one.text[GUARD] for one in fillings])
    return html, text


def _word(draft: Draft, values: Sequence[str]) -> str:
    """Return a word that stands neither in the draft nor in the values."""
    turn = 0
    while True:
        word = "bd" + sha256(f"{turn} {draft.key}".encode()).hexdigest()[:10]
        if not _has(draft.html, word) and not _has(draft.text, word) and not any(word in value for value in values):
            return word
        turn += 1


@lru_cache(maxsize=_KEPT)
def _has(pieces: Pieces, word: str) -> bool:
    return any(word in literal for literal in pieces[::2])


@lru_cache(maxsize=_KEPT)
def _body(pieces: Pieces, values: tuple[tuple[str, str], ...]) -> str:
    return fill_in(pieces, dict(values))
