"""``digest audience export``, ``count`` and ``show``: who is on a list, as a file, in numbers, or one by one."""

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, TextIO

import typer

from digest.audience.csv_written import HEADS, cells_of
from digest.audience.person import data_of
from digest.audience.reader import Reader
from digest.audience.rhythm import Pace
from digest.audience.segment import Counts, Segment, counts_of, within
from digest.audience.steps import known_list, places_of
from digest.audience.tags import locale_tag, zone_name
from digest.errors import NoSuchFile, UnknownJournalist, UnknownReader, WrongUse
from digest.ids import JournalistId, ListName
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.progress import ticking
from digest.terminal.session import session
from digest.wiring import Runtime

OnList = Annotated[str, typer.Option("--list", metavar="NAME", help="The list, as its newsletter names it.")]
Languages = Annotated[list[str], typer.Option("--language", metavar="TAG", help="Who reads this language: ru, ru-KZ.")]
Zones = Annotated[list[str], typer.Option("--zone", metavar="ZONE", help="Who lives by this clock: Asia/Almaty.")]
Paces = Annotated[list[Pace], typer.Option("--pace", help="Who wants mail so often.")]
Follows = Annotated[list[str], typer.Option("--follows", metavar="SLUG", help="Who follows this journalist, or all.")]
Outlets = Annotated[list[str], typer.Option("--outlet", metavar="SLUG", help="Who follows somebody of this outlet.")]
Before = Annotated[str, typer.Option("--joined-before", metavar="DATE", help="Who joined before that day (UTC).")]
Since = Annotated[str, typer.Option("--joined-since", metavar="DATE", help="Who joined on that day or later (UTC).")]
Mailable = Annotated[bool, typer.Option("--mailable", help="Only those who may be mailed.")]
_STDOUT = "-"
#: For how many readers proofs are looked up at once.
PAGE = 500
#: How many kinds of a sort a person is shown; ``--json`` has all.
MOST_SHOWN = 20


def export(
    file: Annotated[str, typer.Argument(metavar="FILE.csv|-")],
    list_name: OnList,
    language: Languages = [],  # noqa: B006 - Typer's way; never changed
    zone: Zones = [],  # noqa: B006
    pace: Paces = [],  # noqa: B006
    follows: Follows = [],  # noqa: B006
    outlet: Outlets = [],  # noqa: B006
    joined_before: Before = "",
    joined_since: Since = "",
    mailable: Mailable = False,
    as_json: AsJson = False,
) -> None:
    """Write a list's readers, or a part of them, into a CSV file that an import reads again."""
    with session() as runtime:
        name = known_list(ListName(list_name), book=runtime.readers)
        segment = _segment(runtime, language, zone, pace, follows, outlet, joined_before, joined_since, mailable)
        written = 0
        with _into(file) as out, ticking("Readers") as tick:
            rows = csv.writer(out)
            rows.writerow(HEADS)
            for page in _pages(within(runtime.readership.stream(name), segment)):
                proofs = runtime.persons.proofs(name, [reader.subscriber.id for reader in page])
                for reader in page:
                    rows.writerow(cells_of(reader, proofs.get(reader.subscriber.id)))
                    written += 1
                    tick()
    if file != _STDOUT:
        readers = "1 reader" if written == 1 else f"{written:,} readers"
        tell(Answer(data={"list": name, "readers": written}, lines=(f"{readers} written to {file}.",)), as_json=as_json)


def _pages(readers: Iterable[Reader]) -> Iterator[list[Reader]]:
    """Cut readers into pages, lazily: a list may be longer than memory."""
    rest = iter(readers)
    while page := list(islice(rest, PAGE)):
        yield page


def count(
    list_name: OnList,
    language: Languages = [],  # noqa: B006
    zone: Zones = [],  # noqa: B006
    pace: Paces = [],  # noqa: B006
    follows: Follows = [],  # noqa: B006
    outlet: Outlets = [],  # noqa: B006
    joined_before: Before = "",
    joined_since: Since = "",
    as_json: AsJson = False,
) -> None:
    """Count a list's readers, or a part of them: by language, zone, pace, and for each journalist who is followed."""
    with session() as runtime:
        name = known_list(ListName(list_name), book=runtime.readers)
        segment = _segment(runtime, language, zone, pace, follows, outlet, joined_before, joined_since)
        counts = counts_of(within(runtime.readership.stream(name), segment))
        names = {one.id: one.name for one in runtime.roster.journalists()}
    tell(_count_answer(counts, names), as_json=as_json)


def show(address: Annotated[str, typer.Argument(metavar="ADDRESS")], as_json: AsJson = False) -> None:
    """Show all that is known of a reader: lists, follows, pace, consents, what was sent, why they are not mailed."""
    with session() as runtime:
        wanted, token = places_of(address, book=runtime.readers, readership=runtime.readership)
        kept = None if token is None else runtime.persons.kept(token)
        suppression = runtime.suppressions.of(wanted)
    if kept is None and suppression is None:
        raise UnknownReader
    if kept is not None:
        told = data_of(kept)
    else:
        assert suppression is not None
        because = {
            "because": suppression.reason.value,
            "note": suppression.note,
            "since": suppression.since.isoformat(),
        }
        told = {"not_mailed": because, "lists": [], "consents": [], "reports": []}
    told.pop("address", None)  # whoever asks knows it; what is printed ends up in logs
    tell(_show_answer(told), as_json=as_json)


def _segment(
    runtime: Runtime,
    languages: Sequence[str],
    zones: Sequence[str],
    paces: Sequence[Pace],
    follows: Sequence[str],
    outlets: Sequence[str],
    joined_before: str,
    joined_since: str,
    mailable: bool = False,
) -> Segment:
    roster = runtime.roster.journalists()
    slugs = {JournalistId(slug) for slug in follows}
    unknown = sorted(slugs - {one.id for one in roster})
    if unknown:
        raise UnknownJournalist(unknown[0])
    houses = {one.outlet.slug for one in roster}
    strange = sorted(set(outlets) - houses)
    if strange:
        raise WrongUse(f"There is no outlet called {strange[0]!r}.", advice=f"Known: {', '.join(sorted(houses))}.")
    of_outlets = {one.id for one in roster if one.outlet.slug in outlets}
    return Segment(
        languages=frozenset(_known(tag, locale_tag, "language, such as ru or ru-KZ") for tag in languages),
        time_zones=frozenset(_known(zone, zone_name, "time zone, such as Asia/Almaty") for zone in zones),
        paces=frozenset(paces),
        follows=frozenset(slugs | of_outlets),
        joined_before=_day(joined_before),
        joined_since=_day(joined_since),
        mailable=mailable,
    )


def _known(text: str, find: Callable[[str], str | None], what: str) -> str:
    found = find(text)
    if found is None:
        raise WrongUse(f"{text!r} is no known {what}.")
    return found


def _day(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise WrongUse(f"{text!r} is no day.", advice="Write it like 2025-12-19.") from None
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)


@contextmanager
def _into(file: str) -> Iterator[TextIO]:
    """Open a file that nobody else may read, with a mark by which spreadsheets know UTF-8; or the standard output."""
    if file == _STDOUT:
        yield sys.stdout
        return
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise NoSuchFile(file, f"it cannot be written ({(error.strerror or str(error)).lower()})") from None
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as opened:
        yield opened


def _count_answer(counts: Counts, names: Mapping[JournalistId, str]) -> Answer:
    followed = [(slug, names.get(slug, ""), number) for slug, number in counts.follows.most_common()]
    kinds: dict[str, list[tuple[str, int]]] = {
        "language": counts.languages.most_common(),
        "time zone": counts.time_zones.most_common(),
        "pace": [(pace.value, number) for pace, number in counts.paces.most_common()],
        "not mailed": [(why.value, number) for why, number in counts.not_mailed.most_common()],
    }
    tables = [
        Table(
            "Who may be mailed follows",
            ("journalist", "name", "by name #", "with everybody #"),
            [(slug, name, f"{number:,}", f"{number + counts.everybody:,}") for slug, name, number in followed],
        ),
        *(
            Table(what.capitalize(), (what, "readers #"), [(kind, f"{n:,}") for kind, n in rows[:MOST_SHOWN]])
            for what, rows in kinds.items()
        ),
    ]
    return Answer(
        data={
            "readers": counts.readers,
            "mailable": counts.mailable,
            "follow_everybody": counts.everybody,
            "follow_nobody": counts.nobody,
            "follows": {slug: number for slug, _name, number in followed},
            **{what.replace(" ", "_"): dict(rows) for what, rows in kinds.items()},
        },
        tables=tables,
        lines=(
            f"{counts.readers:,} readers; {counts.mailable:,} may be mailed.",
            f"Of these {counts.everybody:,} follow everybody, {counts.nobody:,} nobody.",
        ),
    )


def _show_answer(told: Mapping[str, Any]) -> Answer:
    why = told["not_mailed"]
    lines = [
        f"{name.replace('_', ' ')}: {told[name]}"
        for name in ("name", "language", "time_zone", "known_since")
        if told.get(name)
    ]
    if why is not None:
        note = f" ({why['note']})" if why["note"] else ""
        lines.append(f"Not mailed since {why['since']}: {why['because']}{note}.")
    lists = [
        (
            one["list"],
            one["state"],
            one["joined_at"],
            one["left_at"] or "",
            ", ".join(one["follows"]) or "nobody",
            " ".join(filter(None, (one["pace"], one["weekday"]))),
            one["paused_until"] or "",
        )
        for one in told["lists"]
    ]
    issues = [
        (issue["issue"], issue["state"], issue["reason"] or "", issue["answered_at"] or issue["planned_at"])
        for one in told["lists"]
        for issue in one["issues"]
    ]
    consents = [
        (one["list"], one["how"], one["asked_at"], one["confirmed_at"] or "", one["words"]) for one in told["consents"]
    ]
    reports = [(one["kind"], one["at"], one["why"]) for one in told["reports"]]
    return Answer(
        data=told,
        tables=(
            Table("Lists", ("list", "state", "joined", "left", "follows", "pace", "paused until"), lists),
            Table("Issues", ("issue", "state", "reason", "when"), issues[-MOST_SHOWN:]),
            Table("Consents", ("list", "how", "asked", "confirmed", "words"), consents),
            Table("What came back", ("kind", "when", "why"), reports[-MOST_SHOWN:]),
        ),
        lines=lines,
    )
