"""``digest audience pace``: how often and when one reader gets issues."""

from collections.abc import Callable
from typing import Annotated

import typer

from digest.audience.reader import Reader
from digest.audience.rhythm import RhythmChange, in_week_order
from digest.audience.rhythm_steps import change_rhythm
from digest.audience.rhythm_words import read_hour, read_pace, read_pause, read_quiet_days, said
from digest.errors import WrongUse
from digest.ids import ListName
from digest.terminal.audience import Address, OnList
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.session import AsOf, session


def pace(
    address: Address,
    list_name: OnList,
    pace: Annotated[str | None, typer.Option(help='every-issue, daily, or weekly with a day: "weekly fri".')] = None,
    hour: Annotated[str | None, typer.Option(help="From 0 to 23 on their clock; no: when it comes out.")] = None,
    quiet_days: Annotated[str | None, typer.Option(help='Days without mail: "sat sun"; no: none.')] = None,
    paused_until: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day on which mail begins again; no: not paused.")
    ] = None,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say how often and when a reader of a list gets issues, or change that. What is not named stays as it is."""
    readers: list[tuple[str, str | None, Callable[[str], RhythmChange]]] = [
        ("--pace", pace, read_pace),
        ("--hour", hour, read_hour),
        ("--quiet-days", quiet_days, read_quiet_days),
        ("--paused-until", paused_until, read_pause),
    ]
    changes = [_read(option, text, read) for option, text, read in readers if text is not None]
    with session(at) as runtime:
        reader = change_rhythm(
            address,
            ListName(list_name),
            changes,
            book=runtime.readers,
            readership=runtime.readership,
            clock=runtime.clock,
        )
    tell(_answer(reader, changed=bool(changes)), as_json=as_json)


def _read(option: str, text: str, read: Callable[[str], RhythmChange]) -> RhythmChange:
    try:
        return read(text)
    except ValueError as error:
        raise WrongUse(f"{option} cannot be understood: {error}.", advice="Nothing was changed.") from None


def _answer(reader: Reader, *, changed: bool) -> Answer:
    rhythm = reader.rhythm
    verb = "They get now" if changed else "They get"
    return Answer(
        data={
            "pace": rhythm.pace,
            "weekday": rhythm.weekday,
            "hour": rhythm.hour,
            "quiet_days": list(in_week_order(rhythm.quiet_days)),
            "paused_until": None if rhythm.paused_until is None else rhythm.paused_until.isoformat(),
            "time_zone": reader.subscriber.time_zone,
        },
        lines=(f"{verb} {said(rhythm)}, on a clock in {reader.subscriber.time_zone}.",),
        notes=("See when that is: digest schedule explain ADDRESS",),
    )
