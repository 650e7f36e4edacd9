"""What staged rows say of how often mail is wanted and what it looks like, and of the proof that somebody agreed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from digest.audience.appearance import OWN_LOOK
from digest.audience.consent import Given
from digest.audience.rhythm import Pace, PauseChange
from digest.ids import ListName
from digest.store.rhythms import change_rhythms
from digest.store.staged import staged
from digest.store.tables import consents, subscriptions

_row: Final = staged.c
_theirs: Final = subscriptions.c


def new_rhythm() -> Mapping[str, ColumnElement[Any]]:
    """Return the rhythm of a new subscription, by column; what a row says nothing of is as for everybody."""
    return {
        "pace": func.coalesce(_row.pace, Pace.EVERY_ISSUE),
        "weekday": _row.weekday,
        "hour": _row.hour,
        "quiet_days": func.coalesce(_row.quiet_days, ""),
        "paused_until": _row.paused_until,
    }


def is_other_rhythm() -> ColumnElement[bool]:
    """Say whether a row says another rhythm than a subscription's; both in one statement."""
    return or_(
        and_(
            _row.pace.is_not(None),
            or_(_row.pace != _theirs.pace, _row.weekday.is_distinct_from(_theirs.weekday)),
        ),
        and_(_row.says_hour, _row.hour.is_distinct_from(_theirs.hour)),
        and_(_row.quiet_days.is_not(None), _row.quiet_days != _theirs.quiet_days),
        and_(_row.says_pause, _row.paused_until.is_distinct_from(_theirs.paused_until)),
    )


def change_staged_rhythms(connection: Connection, changes: ColumnElement[bool], at: datetime) -> None:
    """Write what the rows say of rhythms. Pauses go one by one: each holds back what waits for its reader."""
    pauses = connection.execute(
        select(_row.subscription, _row.paused_until).where(changes, _row.says_pause, _row.paused_until.is_not(None))
    )
    change_rhythms(connection, {row.subscription: [PauseChange(until=row.paused_until)] for row in pauses}, at)
    connection.execute(
        update(subscriptions)
        .where(changes, _theirs.id == _row.subscription)
        .values(
            pace=func.coalesce(_row.pace, _theirs.pace),
            weekday=case((_row.pace.is_not(None), _row.weekday), else_=_theirs.weekday),
            hour=case((_row.says_hour, _row.hour), else_=_theirs.hour),
            quiet_days=func.coalesce(_row.quiet_days, _theirs.quiet_days),
            paused_until=case((_row.says_pause, _row.paused_until), else_=_theirs.paused_until),
        )
    )


def new_appearance() -> Mapping[str, ColumnElement[Any]]:
    """Return what the mails of a new subscription look like, by column."""
    return {"look": func.coalesce(_row.look, OWN_LOOK), "text_only": func.coalesce(_row.text_only, false())}


def is_other_appearance() -> ColumnElement[bool]:
    """Say whether a row wants mails that look other than a subscription's; both in one statement."""
    return or_(
        and_(_row.look.is_not(None), _row.look != _theirs.look),
        and_(_row.text_only.is_not(None), _row.text_only != _theirs.text_only),
    )


def change_staged_appearances(connection: Connection, changes: ColumnElement[bool]) -> None:
    """Write what the rows say of how mails look."""
    connection.execute(
        update(subscriptions)
        .where(changes, _theirs.id == _row.subscription)
        .values(look=func.coalesce(_row.look, _theirs.look), text_only=func.coalesce(_row.text_only, _theirs.text_only))
    )


def is_new_consent(list_name: ListName) -> ColumnElement[bool]:
    """Say which rows bring a proof that is not kept yet, however it came here: an export has that of a form, too."""
    kept = consents.c
    return and_(
        _row.consent_at.is_not(None),
        ~exists()
        .where(
            kept.subscriber == _row.subscriber,
            kept.list == list_name,
            kept.given_at == _row.consent_at,
            kept.words == _row.consent_words,
            kept.version == _row.consent_version,
        )
        .correlate(staged),
    )


def keep_consents(connection: Connection, list_name: ListName, part: ColumnElement[bool]) -> None:
    """Keep the proofs that the rows bring, each once."""
    proofs = {
        "subscriber": _row.subscriber,
        "list": literal(list_name),
        "how": literal(Given.IMPORT),
        "sign_up": null(),
        "words": _row.consent_words,
        "version": _row.consent_version,
        "language": _row.locale,
        "network": _row.consent_network,
        "given_at": _row.consent_at,
    }
    new = select(*proofs.values()).where(part, is_new_consent(list_name)).order_by(_row.line)
    connection.execute(insert(consents).from_select(list(proofs), new))
