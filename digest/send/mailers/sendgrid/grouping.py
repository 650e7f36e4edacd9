"""Mails with one body brought together, and what differs among them turned into substitutions. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from digest.ids import Sha256
from digest.render.marks import Pieces, fill_in
from digest.send.mail import Mail
from digest.send.mailers.sendgrid.addresses import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One body for many readers. ``values`` has each mail's own substitutions, tag by tag, in the mails' order."""

    mails: tuple[Mail, ...]
    html: str
    text: str
    values: tuple[Mapping[str, str], ...]


def groups(mails: Iterable[Mail], *, most: int) -> Iterator[tuple[Mail, ...]]:
    """Yield the mails in groups of one body and one sender, ``most`` at the most, no address twice in any of them.

    Whether two addresses are one is judged as the provider does.

    :raises ValueError: one of the addresses cannot be written.
    """
    open_groups: dict[tuple[Sha256, str, str, str | None], list[dict[str, Mail]]] = {}
    for mail in mails:
        shared = (mail.draft.key, mail.from_name, mail.from_address, mail.reply_to)
        address = folded(mail.to_address)
        of_this_kind = open_groups.setdefault(shared, [])
        free = next((group for group in of_this_kind if len(group) < most and address not in group), None)
        if free is None:
            of_this_kind.append({address: mail})
        else:
            free[address] = mail
    for of_one_kind in open_groups.values():
        for group in of_one_kind:
            yield tuple(group.values())


def pattern(mails: Sequence[Mail]) -> Pattern:
    """Return the body that mails of one draft share.

    What all of them have in a slot is filled in, be it the beginning and the end of the values only: of an address that
    is each reader's own there remains the token. What differs becomes a tag, and slots with equal remainders share one.
    Tags are spelled with a word that occurs nowhere in the body or in the values.
    """
    draft = mails[0].draft
    html = _slots(draft.html, [mail.filling.html for mail in mails])
    text = _slots(draft.text, [mail.filling.text for mail in mails])
    columns = list(dict.fromkeys(slot.column for slot in (*html.values(), *text.values()) if any(slot.column)))
    word = _word(draft.key, [*draft.html[::2], *draft.text[::2], *(value for column in columns for value in column)])
    tags = {column: f"-{word}{place}-" for place, column in enumerate(columns)}
    return Pattern(
        mails=tuple(mails),
        html=_joined(draft.html, html, tags),
        text=_joined(draft.text, text, tags),
        values=tuple({tag: column[place] for column, tag in tags.items()} for place in range(len(mails))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """What all mails have in a slot before and ``after`` what differs: one value of ``column`` for each mail."""

    before: str
    column: tuple[str, ...]
    after: str


def _slots(pieces: Pieces, fillings: Sequence[Mapping[str, str]]) -> dict[str, _Slot]:
    return {name: _slot([filling[name] for filling in fillings]) for name in dict.fromkeys(pieces[1::2])}


def _slot(values: Sequence[str]) -> _Slot:
    before = _common_start(values)
    rest = [value[len(before) :] for value in values]
    after = _common_start([value[::-1] for value in rest])[::-1]
    return _Slot(before=before, column=tuple(value[: len(value) - len(after)] for value in rest), after=after)


def _common_start(values: Sequence[str]) -> str:
    first, last = min(values), max(values)  # whatever these two begin with, all between them begin with
    for place, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return first[:place]
    return first


def _joined(pieces: Pieces, slots: Mapping[str, _Slot], tags: Mapping[tuple[str, ...], str]) -> str:
    values = {name: f"{slot.before}{tags.get(slot.column, '')}{slot.after}" for name, slot in slots.items()}
    return fill_in(pieces, values)


def _word(key: Sha256, texts: Sequence[str]) -> str:
    turn = 0
    while True:
        word = "bd" + sha256(f"{turn} {key}".encode()).hexdigest()[:10]
        if not any(word in text for text in texts):
            return word
        turn += 1
