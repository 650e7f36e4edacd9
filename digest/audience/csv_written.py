"""How readers are written into a CSV file, and so that no spreadsheet takes a cell for a formula. Pure.

OWASP, "CSV Injection": what begins with =, +, -, @, a tab or a carriage return is reckoned by Excel, LibreOffice and
Google Sheets. An apostrophe before it makes it text; reading the file again takes that apostrophe away.
"""

from typing import Final

from digest.audience.appearance import OWN_LOOK
from digest.audience.consent import Proof
from digest.audience.reader import Reader
from digest.audience.rhythm import in_week_order

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARK: Final = "'"
#: How a row says that mail may come at any hour, and on any day.
WHENEVER: Final = "any"
NO_DAY: Final = "none"
#: How a row says that mails have the newsletter's own look, and whether they are text alone.
OWN: Final = "own"
YES_OR_NO: Final = ("no", "yes")


def inert(cell: str) -> str:
    """Return the cell as it is written. One that begins with an apostrophe before such a sign gets one, too."""
    return _MARK + cell if cell.lstrip(_MARK).startswith(_FORMULA) else cell


def meant(cell: str) -> str:
    """Return the cell that ``inert`` has written."""
    return cell[1:] if cell.startswith(_MARK) and cell.lstrip(_MARK).startswith(_FORMULA) else cell


#: The columns of an export, in their order; an import knows them all.
HEADS: Final = (
    "address",
    "name",
    "follows",
    "locale",
    "time_zone",
    "suppressed",
    "state",
    "joined_at",
    "pace",
    "hour",
    "quiet_days",
    "paused_until",
    "look",
    "text_only",
    "consent_at",
    "consent_words",
    "consent_source",
    "consent_ip",
)
_NO_PROOF: Final = ("", "", "", "")


def cells_of(reader: Reader, proof: Proof | None = None) -> tuple[str, ...]:
    """Return a reader, with the ``proof`` that they agreed, as a row under ``HEADS``. To take it in changes nothing."""
    person, rhythm, appearance = reader.subscriber, reader.rhythm, reader.appearance
    cells = (
        person.address,
        person.name,
        ";".join(follow.journalist for follow in reader.follows),
        person.locale,
        person.time_zone,
        reader.suppression or "",
        reader.state,
        "" if reader.joined_at is None else reader.joined_at.isoformat(),
        f"{rhythm.pace} {rhythm.weekday}" if rhythm.weekday else rhythm.pace,
        WHENEVER if rhythm.hour is None else str(rhythm.hour),
        ";".join(in_week_order(rhythm.quiet_days)) or NO_DAY,
        "" if rhythm.paused_until is None else rhythm.paused_until.isoformat(),
        OWN if appearance.look == OWN_LOOK else appearance.look,
        YES_OR_NO[appearance.text_only],
        *(_NO_PROOF if proof is None else (proof.at.isoformat(), proof.words, proof.version, proof.network or "")),
    )
    return tuple(map(inert, cells))
