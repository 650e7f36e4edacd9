"""``digest schedule``: when newsletters come out, and when they reach a reader."""

from typing import Annotated, Any, Final

import typer

from digest.audience.mailbox import mailbox
from digest.audience.may_mail import may_mail
from digest.audience.reader import Reader
from digest.audience.rhythm import in_week_order
from digest.audience.rhythm_words import day_name, said
from digest.compose.foreseeing import Foreseen, newsletter_foreseen, reader_foreseen
from digest.compose.newsletter import Newsletter
from digest.compose.schedule import Schedule
from digest.errors import UnknownReader
from digest.ids import NewsletterId
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import AsOf, session
from digest.wiring import Runtime

app = typer.Typer(help="When newsletters come out, and when they reach a reader.", no_args_is_help=True)

#: So many instants are told unless asked for more or fewer.
USUALLY: Final = 10


@app.callback()
def _group() -> None:
    """Keep ``explain`` a command of its own, though it is the only one."""


@app.command()
def explain(
    who: Annotated[str, typer.Argument(metavar="ADDRESS|NEWSLETTER")],
    count: Annotated[int, typer.Option(min=1, max=100, help="How many instants.")] = USUALLY,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print the next instants at which NEWSLETTER comes out, or reaches ADDRESS, and why then. Changes nothing."""
    with session(at) as runtime:
        answers = _of_reader(runtime, who, count) if "@" in who else [_of_newsletter(runtime, NewsletterId(who), count)]
    tell(
        Answer(
            data={"schedules": [answer.data for answer in answers]},
            tables=tuple(table for answer in answers for table in answer.tables),
            lines=tuple(line for answer in answers for line in answer.lines),
        ),
        as_json=as_json,
    )


def _of_newsletter(runtime: Runtime, newsletter_id: NewsletterId, count: int) -> Answer:
    newsletter = runtime.newsletters.newsletter(newsletter_id)
    schedule = runtime.newsletters.schedule(newsletter_id)
    foreseen = newsletter_foreseen(schedule, after=runtime.clock.now(), count=count)
    data = {"newsletter": newsletter_id, "schedule": _schedule_json(schedule)}
    return _answer(f"{newsletter.name} comes out", data, foreseen, [_in_words(newsletter, schedule)])


def _of_reader(runtime: Runtime, address: str, count: int) -> list[Answer]:
    """Answer for each newsletter whose list the reader is on.

    :raises UnknownReader: they are on none.
    """
    try:
        wanted = mailbox(address)
    except ValueError:
        raise UnknownReader from None
    answers = []
    for newsletter in runtime.newsletters.newsletters():
        reader = runtime.readership.reader(newsletter.list_name, wanted)
        if reader is not None:
            answers.append(_of_subscription(runtime, newsletter, reader, count))
    if not answers:
        raise UnknownReader
    return answers


def _of_subscription(runtime: Runtime, newsletter: Newsletter, reader: Reader, count: int) -> Answer:
    schedule = runtime.newsletters.schedule(newsletter.id)
    lines = [
        f"{newsletter.name}: they want {said(reader.rhythm)}, on a clock in {reader.subscriber.time_zone}.",
        _in_words(newsletter, schedule),
    ]
    no_mail = may_mail(reader)
    if no_mail is not None:
        lines.append(f"Nothing is mailed to them: {no_mail}.")
    if reader.is_awaiting:
        lines.append("A mail of an earlier issue waits for them; digest why ADDRESS ISSUE tells until when.")
    foreseen = () if no_mail is not None else _foreseen(runtime, newsletter, reader, count)
    data = {
        "newsletter": newsletter.id,
        "schedule": _schedule_json(schedule),
        "time_zone": reader.subscriber.time_zone,
        "rhythm": _rhythm_json(reader),
        "no_mail": no_mail,
        "awaiting": reader.is_awaiting,
    }
    return _answer(f"{newsletter.name} reaches them", data, foreseen, lines)


def _foreseen(runtime: Runtime, newsletter: Newsletter, reader: Reader, count: int) -> tuple[Foreseen, ...]:
    schedule, now = runtime.newsletters.schedule(newsletter.id), runtime.clock.now()
    return reader_foreseen(reader, schedule, own_zone=newsletter.time_zone, after=now, count=count)


def _answer(title: str, data: dict[str, Any], foreseen: tuple[Foreseen, ...], lines: list[str]) -> Answer:
    rows = [(one.local, f"{one.at:%Y-%m-%d %H:%M}", one.why) for one in foreseen]
    return Answer(
        data={**data, "instants": [one.as_json() for one in foreseen]},
        tables=(Table(title, ("on that clock", "UTC", "why"), rows),) if rows else (),
        lines=lines,
    )


def _in_words(newsletter: Newsletter, schedule: Schedule) -> str:
    late = f"whoever's hour was missed gets it within {schedule.late_hours} hours, else at their next"
    if not schedule.is_set:
        return f"{newsletter.name} has no schedule: an issue comes out when somebody composes it; {late}."
    days = "every day" if len(schedule.days) == len(Schedule().days) else ", ".join(map(day_name, schedule.days))
    return f"{newsletter.name} comes out {days} at {', '.join(schedule.at)} in {schedule.time_zone}; {late}."


def _schedule_json(schedule: Schedule) -> dict[str, Any]:
    return {
        "at": list(schedule.at),
        "days": list(schedule.days),
        "time_zone": schedule.time_zone,
        "late_hours": schedule.late_hours,
    }


def _rhythm_json(reader: Reader) -> dict[str, Any]:
    rhythm = reader.rhythm
    return {
        "pace": rhythm.pace,
        "weekday": rhythm.weekday,
        "hour": rhythm.hour,
        "quiet_days": list(in_week_order(rhythm.quiet_days)),
        "paused_until": None if rhythm.paused_until is None else rhythm.paused_until.isoformat(),
    }
