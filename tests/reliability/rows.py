"""The rows of the matrix, in their order: what is done to a run. ``docs/reliability.md`` shows the same."""

from typing import Final

STEP_KILLS: Final = "`kill -9` at every step of the protocol"
STEP_TERMS: Final = "SIGTERM at every step of the protocol"
RANDOM_KILLS: Final = "`kill -9` at random instants"
RANDOM_TERMS: Final = "SIGTERM at random instants"
HANG: Final = "provider hangs"
DROP: Final = "line cut, mail not taken"
DROP_AFTER_ACCEPT: Final = "line cut, mail taken"
STORM: Final = "429 storm; 421, 451 and 452 by SMTP"
BURST: Final = "5xx burst"
OUTAGE: Final = "outage from the start"
OUTAGE_HALF_WAY: Final = "outage from half way on"
DATABASE_GONE: Final = "database gone for 10 s"
DATABASE_CUT: Final = "database connections cut"
DISK_FULL: Final = "disk full"
TWO_WORKERS: Final = "two workers"
ONE_OF_TWO_KILLED: Final = "two workers, one or both killed"
STOPPED: Final = "stopped and resumed"
SETTLED: Final = "killed, then settled by a person"
PREFER_DUPLICATE: Final = "killed, under `prefer-duplicate`"
TEMPLATE_KILLS: Final = "by templates: `kill -9` and SIGTERM at every step"
TEMPLATE_FAULTS: Final = "by templates: they cannot be made, found or taken back"
TEMPLATES_IN_USE: Final = "by templates: no answer, 429 and 5xx for mails"
TEMPLATE_STOPS: Final = "by templates: stopped for hours, and resumed"
TEMPLATE_OUTAGE: Final = "by templates: outage, and they are gone afterwards"

#: All of them, in the order of the table.
ROWS: Final = (
    STEP_KILLS,
    STEP_TERMS,
    RANDOM_KILLS,
    RANDOM_TERMS,
    HANG,
    DROP,
    DROP_AFTER_ACCEPT,
    STORM,
    BURST,
    OUTAGE,
    OUTAGE_HALF_WAY,
    DATABASE_GONE,
    DATABASE_CUT,
    DISK_FULL,
    TWO_WORKERS,
    ONE_OF_TWO_KILLED,
    STOPPED,
    SETTLED,
    PREFER_DUPLICATE,
    TEMPLATE_KILLS,
    TEMPLATE_FAULTS,
    TEMPLATES_IN_USE,
    TEMPLATE_OUTAGE,
    TEMPLATE_STOPS,
)
