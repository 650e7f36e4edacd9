"""``digest audience look``: what one reader's mails look like."""

from typing import Annotated

import typer

from digest.audience.appearance import AppearanceChange, read_look, said_of
from digest.audience.appearance_steps import change_appearance
from digest.audience.reader import Reader
from digest.errors import WrongUse
from digest.ids import ListName
from digest.terminal.audience import Address, OnList
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.session import session


def look(
    address: Address,
    list_name: OnList,
    look: Annotated[str | None, typer.Option(help="classic or brief; own: the newsletter's.")] = None,
    text_only: Annotated[
        bool | None, typer.Option("--text-only/--with-html", help="As plain text alone, or with HTML beside it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a reader's mails of a list look like, or change that. What is not named stays as it is."""
    try:
        change = AppearanceChange(look=None if look is None else read_look(look), text_only=text_only)
    except ValueError as error:
        raise WrongUse(f"--look cannot be understood: {error}.", advice="Nothing was changed.") from None
    with session() as runtime:
        reader = change_appearance(
            address, ListName(list_name), change, book=runtime.readers, readership=runtime.readership
        )
    tell(_answer(reader, changed=not change.is_none), as_json=as_json)


def _answer(reader: Reader, *, changed: bool) -> Answer:
    appearance = reader.appearance
    verb = "Their mails come now" if changed else "Their mails come"
    note = "It holds from the next issue on; a look that nobody had chosen before, from the next one that is composed."
    return Answer(
        data={"look": appearance.look or None, "text_only": appearance.text_only},
        lines=(f"{verb} {said_of(appearance)}.",),
        notes=(note,) if changed else (),
    )
