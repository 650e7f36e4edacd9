"""Mails with one body brought together, and what differs among them turned into substitutions. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from digest.ids import Sha256
from digest.render.marks import Pieces
from digest.send.mail import Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One body for many readers. ``values`` has each mail's own substitutions, tag by tag, in the mails' order."""

    mails: tuple[Mail, ...]
    html: str
    text: str
    values: tuple[Mapping[str, str], ...]


def groups(mails: Iterable[Mail], *, most: int) -> Iterator[tuple[Mail, ...]]:
    """Yield the mails in groups of one body and one sender, ``most`` at the most, no address twice in any of them.

    Whether two addresses are one is judged without regard to case, as the provider does.
    """
    open_groups: dict[tuple[Sha256, str, str, str | None], list[dict[str, Mail]]] = {}
    for mail in mails:
        shared = (mail.draft.key, mail.from_name, mail.from_address, mail.reply_to)
        address = mail.to_address.casefold()
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

    A slot in which all of them have the same value is filled in; each other becomes a tag, and slots with equal values
    throughout share one. Tags are spelled with a word that occurs nowhere in the body or in the values.
    """
    draft = mails[0].draft
    columns = {
        "html": _columns(draft.html, [mail.filling.html for mail in mails]),
        "text": _columns(draft.text, [mail.filling.text for mail in mails]),
    }
    differing = list(
        dict.fromkeys(column for part in columns.values() for column in part.values() if len(set(column)) > 1)
    )
    word = _word(draft.key, [*draft.html[::2], *draft.text[::2], *(value for column in differing for value in column)])
    tags = {column: f"-{word}{place}-" for place, column in enumerate(differing)}
    return Pattern(
        mails=tuple(mails),
        html=_joined(draft.html, columns["html"], tags),
        text=_joined(draft.text, columns["text"], tags),
        values=tuple({tag: column[place] for column, tag in tags.items()} for place in range(len(mails))),
    )


_Column = tuple[str, ...]


def _columns(pieces: Pieces, fillings: Sequence[Mapping[str, str]]) -> dict[str, _Column]:
    """Return what stands in each slot of ``pieces``: one value for each mail."""
    return {slot: tuple(filling[slot] for filling in fillings) for slot in pieces[1::2]}


def _joined(pieces: Pieces, columns: Mapping[str, _Column], tags: Mapping[_Column, str]) -> str:
    joined = []
    for place, piece in enumerate(pieces):
        column = columns[piece] if place % 2 else (piece,)
        joined.append(tags.get(column, column[0]) if place % 2 else piece)
    return "".join(joined)


def _word(key: Sha256, texts: Sequence[str]) -> str:
    turn = 0
    while True:
        word = "bd" + sha256(f"{turn} {key}".encode()).hexdigest()[:10]
        if not any(word in text for text in texts):
            return word
        turn += 1
