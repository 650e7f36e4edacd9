"""How ``digest rates`` says what it found: tables for people, plain values for programs; decimals are never rounded."""

from collections.abc import Sequence

from digest.collect.rates.doubts import doubt_as_json, doubt_in_words, held_as_json, plain
from digest.collect.rates.gates import Standing
from digest.collect.rates.rate import Acceptance, BankRow, BookedRate, Rate, RateSnapshot
from digest.collect.rates.rate_steps import HistoryEntry
from digest.terminal.output import Table


def rates_table(snapshot: RateSnapshot) -> Table:
    """One row per currency, exact figures."""
    return Table(
        f"What one {snapshot.base} costs",
        ("currency", "rate #", "change, % #", "move", "effective", "previous #", "bank", "note"),
        [
            (
                rate.currency,
                plain(rate.value),
                rate.signed_percent,
                rate.move,
                rate.effective_on.isoformat(),
                None if rate.previous is None else plain(rate.previous),
                rate.bank,
                rate.warning,
            )
            for rate in snapshot.rates
        ],
    )


def held_table(snapshot: RateSnapshot) -> Table:
    """One row per held rate: what the bank says, why it is not believed, what stands."""
    return Table(
        "Held back: not printed until a second source agrees or an editor accepts it",
        ("currency", "rate #", "effective", "bank", "why", "stands #", "of"),
        [
            (
                held.currency,
                plain(held.value),
                held.effective_on.isoformat(),
                held.bank,
                "; ".join(map(doubt_in_words, held.doubts)),
                None if held.kept is None else plain(held.kept),
                None if held.kept_on is None else held.kept_on.isoformat(),
            )
            for held in snapshot.held
        ],
    )


def snapshot_as_json(snapshot: RateSnapshot) -> dict[str, object]:
    """Return the snapshot as plain values; decimals are strings, exact."""
    return {
        "base": snapshot.base,
        "rates": [_rate(rate) for rate in snapshot.rates],
        "missing": [{"currency": missing.currency, "reason": missing.reason} for missing in snapshot.missing],
        "held": [held_as_json(held) for held in snapshot.held],
    }


def _rate(rate: Rate) -> dict[str, object]:
    cross = rate.cross
    return {
        "currency": rate.currency,
        "value": str(rate.value),
        "effective_on": rate.effective_on.isoformat(),
        "bank": rate.bank,
        "bank_title": rate.bank_title,
        "move": rate.move,
        "change_percent": rate.signed_percent,
        "previous": str(rate.previous) if rate.previous is not None else None,
        "previous_on": rate.previous_on.isoformat() if rate.previous_on is not None else None,
        "week": [{"on": day.on.isoformat(), "value": str(day.value)} for day in rate.week],
        "flags": [flag.value for flag in rate.flags],
        "cross": None if cross is None else {"via": cross.via, "bank": cross.bank, "bank_title": cross.bank_title},
        "accepted_by": rate.accepted_by,
        "warning": rate.warning,
    }


def history_table(title: str, entries: Sequence[HistoryEntry]) -> Table:
    """One row per published price and per correction of one, the newest first."""
    return Table(
        title,
        ("effective", "rate #", "published", "bank's change #", "retrieved, UTC", "standing", "note"),
        [
            (
                entry.effective_on.isoformat(),
                plain(entry.value),
                "; ".join(_published(row.row) for row in entry.rows),
                "; ".join(str(row.row.change) for row in entry.rows if row.row.change is not None),
                f"{entry.rows[-1].retrieved_at:%Y-%m-%d %H:%M}",
                standing_of(entry),
                note_of(entry),
            )
            for entry in reversed(entries)
        ],
    )


def history_as_json(entries: Sequence[HistoryEntry]) -> list[dict[str, object]]:
    """Return a history as plain values, oldest first; decimals are strings, as published."""
    return [
        {
            "bank": entry.bank.value,
            "effective_on": entry.effective_on.isoformat(),
            "value": str(entry.value),
            "published": [_row(row) for row in entry.rows],
            "standing": standing_of(entry),
            "doubts": [doubt_as_json(doubt) for doubt in entry.doubts],
            "accepted": None if entry.accepted is None else acceptance_as_json(entry.accepted),
            "corrected_at": None if entry.corrected is None else entry.corrected.isoformat(),
        }
        for entry in entries
    ]


def acceptance_as_json(acceptance: Acceptance) -> dict[str, object]:
    """Return a person's word for a row as plain values."""
    return {
        "bank": acceptance.bank.value,
        "effective_on": acceptance.effective_on.isoformat(),
        "local": acceptance.local,
        "currency": acceptance.currency,
        "nominal": acceptance.nominal,
        "value": str(acceptance.value),
        "by": acceptance.by,
        "note": acceptance.note,
        "at": acceptance.at.isoformat(),
    }


def standing_of(entry: HistoryEntry) -> str:
    """Say what became of a price: ``published``, ``confirmed``, ``accepted``, ``held`` or ``corrected``."""
    if entry.standing is None:
        return "corrected"
    return "published" if entry.standing is Standing.GOOD else entry.standing.value


def note_of(entry: HistoryEntry) -> str:
    """Say why: by whom it was accepted, what doubts it, when it was corrected."""
    notes = [
        f"by {entry.accepted.by}, {entry.accepted.at:%Y-%m-%d %H:%M}: {entry.accepted.note}" if entry.accepted else "",
        f"the bank said otherwise by {entry.corrected:%Y-%m-%d %H:%M}" if entry.corrected else "",
        *(doubt_in_words(doubt) for doubt in entry.doubts),
    ]
    return "; ".join(filter(None, notes))


def _published(row: BankRow) -> str:
    return f"{row.nominal} {row.currency} = {row.value} {row.local}"


def _row(entry: BookedRate) -> dict[str, object]:
    row = entry.row
    return {
        "local": row.local,
        "currency": row.currency,
        "nominal": row.nominal,
        "value": str(row.value),
        "change": None if row.change is None else str(row.change),
        "retrieved_at": entry.retrieved_at.isoformat(),
    }
