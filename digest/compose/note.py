"""An editor's note as it is given on a command line or in a form. Pure."""

from typing import Final

from digest.compose.issue import Note
from digest.errors import WrongUse

#: How long a note and its signature may be, in characters: a note is read before the articles, not instead of them.
LONGEST: Final = 1_000
LONGEST_SIGNATURE: Final = 80


def note_of(text: str | None, signed: str | None) -> Note | None:
    """Return the note, or ``None`` where neither it nor a signature is given.

    :raises WrongUse: it is too long, empty or no readable text, or nobody signs it.
    """
    if text is None and signed is None:
        return None
    if text is None:
        raise WrongUse("A signature without a note.", advice="Say what there is to say, too: --note TEXT.")
    if signed is None:
        raise WrongUse("A note that nobody signs.", advice="Say who signs it: --signed NAME.")
    return signed_note(text, signed)


def signed_note(text: str, signed: str) -> Note:
    """Return the note. Paragraphs are parted by empty lines.

    :raises WrongUse: it is too long, empty or no readable text, or its signature is.
    """
    return Note(text=_readable(text, "note", LONGEST), signed=_readable(signed, "signature", LONGEST_SIGNATURE))


def _readable(text: str, what: str, longest: int) -> str:
    stripped = text.strip()
    if not any(char.isalnum() for char in stripped):
        raise WrongUse(f"The {what} says nothing.", advice="Write it in words.")
    if any("\ud800" <= char <= "\udfff" for char in stripped):
        raise WrongUse(f"The {what} is no readable text.", advice="Give it in UTF-8.")
    if len(stripped) > longest:
        raise WrongUse(
            f"The {what} has {len(stripped):,} characters; {longest:,} is the most.",
            advice="Shorten it; what is longer is better an article, with a link to it.",
        )
    return stripped
